"""Records as the finance system wants them, and changes of them."""

from integrations.odata.batch import Change, Kind
from tests.erp.finance import COMPANY

CUSTOMERS = "CustomersV2"
PRODUCTS = "SellableReleasedProducts"
ORDERS = "D365SalesOrderHeaders"
LINES = "D365SalesOrderLines"


def customer_key(number: str) -> dict:
    return {"dataAreaId": COMPANY, "CustomerAccount": number}


def customer(number: str = "C-1", **more) -> dict:
    return {**customer_key(number), "OrganizationName": f"Customer {number}", "CustomerGroupId": "10", **more}


def order(number: str = "WO-1", **more) -> dict:
    return {"dataAreaId": COMPANY, "SalesOrderNumber": number, "OrderingCustomerAccountNumber": "C-1", **more}


def line_key(number: int, order_number: str = "WO-1") -> dict:
    return {"dataAreaId": COMPANY, "SalesOrderNumber": order_number, "LineCreationSequenceNumber": number}


def line(number: int, order_number: str = "WO-1", **more) -> dict:
    return {**line_key(number, order_number), "ProductNumber": "P-1", **more}


def insert(entity_set: str, values: dict) -> Change:
    return Change(Kind.INSERT, entity_set, values)

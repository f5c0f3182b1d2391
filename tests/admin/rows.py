"""One row of each tenant model that the admin shows, in the tenant in scope."""

import datetime as dt

from fieldservice.models import (
    Agreement,
    Asset,
    BookingDate,
    BookingSetup,
    FieldServiceSettings,
    FunctionalLocation,
    IncidentType,
    InventoryAdjustment,
    InventoryJournal,
    InventoryTransfer,
    Invoice,
    InvoiceDate,
    InvoiceSetup,
    ProductInventory,
    PurchaseBill,
    PurchaseOrder,
    PurchaseReceipt,
    SubStatus,
    Vendor,
    Warehouse,
    WorkOrder,
    WorkOrderProduct,
    WorkOrderService,
    WorkOrderType,
)
from integrations.models import (
    Connection,
    Discrepancy,
    IntegrationProject,
    IntegrationTask,
    MappedField,
    SyncRow,
    SyncRun,
)
from notifications.domain.endpoints import new_secret
from notifications.domain.outbox import publish
from notifications.enums import ProviderEventKind, SuppressionReason
from notifications.models import (
    ContactPreference,
    MessageSetting,
    MessageText,
    OutboxMessage,
    ProviderEvent,
    Suppression,
    WebhookEndpoint,
)
from partners.domain.distribution import distribute
from partners.domain.feedback import give_feedback
from partners.domain.history import Actor
from partners.domain.registration import register_deal
from partners.models import (
    CustomerFeedback,
    DealRegistration,
    DistributionRun,
    LeadType,
    Opportunity,
    PartnerProgramme,
    PartnerSettings,
)
from portal.accounts.models import Account, Contact, StaffMember, WebRole
from portal.audit.domain import record
from portal.audit.models import AuditEntry
from portal.catalog.domain.numbers import take_number
from portal.catalog.models import BillingTerms, NumberSeries, PriceList, Product, TaxCode
from portal.catalog.numbering import all_series
from portal.geo.models import Place, Territory
from portal.kit import clock
from portal.timeline.domain.comments import add_comment
from portal.timeline.enums import Audience
from portal.timeline.models import Entry
from projects.models import Contract, ContractLine, Project, ProjectInvoice, ProjectRole, Quote, TeamBooking, TeamMember
from scheduling.models import (
    ArrivalWindow,
    BookableResource,
    Booking,
    BusinessClosure,
    Characteristic,
    EarlierOffer,
    EarlierWish,
    ExcludedAccount,
    Feedback,
    OpeningHours,
    SchedulingSettings,
    SlotSearch,
    Survey,
    VisitLink,
    VisitReminder,
)
from tests.factories import (
    accounts,
    agreements,
    catalog,
    contracts,
    exchange,
    fieldservice,
    geo,
    invoices,
    partners,
    projects,
    quotes,
    scheduling,
    stock,
    unique,
)

NINE, FIVE = dt.time(9), dt.time(17)
SINGLE_ROWS = (FieldServiceSettings, PartnerSettings, SchedulingSettings)


def make_staff_member() -> StaffMember:
    return StaffMember.objects.get(user=accounts.make_staff())


def make_audit_entry() -> AuditEntry:
    return record(None, "test.note", accounts.make_account(), after={"name": unique("Name ")})


def make_closure() -> BusinessClosure:
    days = BusinessClosure.objects.count()
    return BusinessClosure.objects.create(date=dt.date(2026, 12, 1) + dt.timedelta(days=days), name=unique("Closed "))


def make_window() -> ArrivalWindow:
    hour = 6 + ArrivalWindow.objects.count()
    return ArrivalWindow.objects.create(name=unique("Window "), starts=dt.time(hour), ends=dt.time(hour + 1))


def make_opening_hours() -> OpeningHours:
    return OpeningHours.objects.create(place=geo.make_place(), weekday=0, opens=NINE, closes=FIVE)


def make_entry() -> Entry:
    staff = accounts.make_staff()
    return add_comment(
        fieldservice.make_work_order(), unique("Cold since Monday "), by=staff, audience=Audience.CUSTOMER
    )


def make_excluded_account() -> ExcludedAccount:
    return ExcludedAccount.objects.create(account=accounts.make_account())


def make_contract_line() -> ContractLine:
    return contracts.make_contract().lines.get()


def make_search(found: int = 0) -> SlotSearch:
    return SlotSearch.objects.create(
        account=accounts.make_account(),
        incident_type=fieldservice.make_incident_type(),
        place=geo.make_place(),
        date=dt.date(2026, 12, 1),
        found=found,
        qualified=2,
        at=clock.now(),
    )


def make_reminder() -> VisitReminder:
    return VisitReminder.objects.create(minutes_before=60 * (1 + VisitReminder.objects.count()))


def make_series() -> NumberSeries:
    missing = next(each.kind for each in all_series() if not NumberSeries.objects.filter(kind=each.kind).exists())
    take_number(missing)
    return NumberSeries.objects.get(kind=missing)


def make_type() -> WorkOrderType:
    return fieldservice.make_incident_type().work_order_type


def make_booking_setup() -> BookingSetup:
    return agreements.make_booking_setup(agreements.make_estimate())


def make_invoice_setup() -> InvoiceSetup:
    return agreements.make_invoice_setup(agreements.make_estimate())


def make_date(model: type[BookingDate | InvoiceDate], make_setup) -> BookingDate | InvoiceDate:
    """Far in the future, so that the list, which begins with today, has it."""
    day = dt.date(2100, 1, 1) + dt.timedelta(days=model.objects.count())
    return model.objects.create(setup=make_setup(), date=day, due_at=clock.now())


def make_wish() -> EarlierWish:
    contact = accounts.make_approver()
    booking = scheduling.make_booking(account=contact.account, contact=contact)
    return EarlierWish.objects.create(booking=booking, contact=contact, created_at=clock.now())


def make_offer() -> EarlierOffer:
    now = clock.now()
    return EarlierOffer.objects.create(wish=make_wish(), starts_at=now, created_at=now, expires_at=now)


def make_message() -> OutboxMessage:
    return publish("unknown_account", key=unique("test:"), address=f"{unique('a')}@example.com")


def make_preference() -> ContactPreference:
    return ContactPreference.objects.create(
        contact=accounts.make_approver(), name="booking_reminder", switched_off_at=clock.now()
    )


def make_message_setting() -> MessageSetting:
    names = ("booking_confirmed", "booking_changed", "booking_reminder", "visit_completed")
    return MessageSetting.objects.create(name=names[MessageSetting.objects.count()])


def make_text() -> MessageText:
    languages = ("en", "de", "ar", "en-gb")
    return MessageText.objects.create(name="booking_confirmed", language=languages[MessageText.objects.count()])


def make_suppression() -> Suppression:
    return Suppression.objects.create(
        address=f"{unique('a')}@example.com", reason=SuppressionReason.STAFF, created_at=clock.now()
    )


def make_provider_event() -> ProviderEvent:
    message = make_message()
    return ProviderEvent.objects.create(
        provider="mailgun",
        event_key=message.key,
        kind=ProviderEventKind.DELIVERED,
        address=message.address,
        message=message,
        at=clock.now(),
        received_at=clock.now(),
    )


def make_endpoint() -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(name=unique("ERP "), url=unique("https://erp.example/"), secret=new_secret())


def make_run() -> DistributionRun:
    """A distribution that a partner won."""
    partners.make_partner()
    opportunity = partners.make_opportunity()
    distribute(opportunity)
    return DistributionRun.objects.get(opportunity=opportunity)


def make_registration() -> DealRegistration:
    contact = partners.make_member(partners.make_partner())
    return register_deal(partners.make_own(contact), text=unique("We met at the fair "), by=partners.acting(contact))


def make_partner_feedback() -> CustomerFeedback:
    opportunity = partners.make_accepted()
    return give_feedback(opportunity.deliveries.get(), rating=4, comment=unique("Quick "), by=Actor())


MAKERS = {
    Account: accounts.make_account,
    Agreement: agreements.make_estimate,
    ArrivalWindow: make_window,
    Asset: fieldservice.make_asset,
    AuditEntry: make_audit_entry,
    BillingTerms: lambda: catalog.make_billing_terms(accounts.make_account()),
    BookableResource: scheduling.make_resource,
    Booking: scheduling.make_booking,
    BookingDate: lambda: make_date(BookingDate, make_booking_setup),
    BookingSetup: make_booking_setup,
    BusinessClosure: make_closure,
    Characteristic: scheduling.make_characteristic,
    Connection: exchange.make_connection,
    Contact: lambda: accounts.make_contact("fs-customer-approver"),
    Contract: contracts.make_contract,
    ContractLine: make_contract_line,
    ContactPreference: make_preference,
    CustomerFeedback: make_partner_feedback,
    DealRegistration: make_registration,
    Discrepancy: exchange.make_discrepancy,
    DistributionRun: make_run,
    EarlierOffer: make_offer,
    EarlierWish: make_wish,
    Entry: make_entry,
    ExcludedAccount: make_excluded_account,
    Feedback: scheduling.make_feedback,
    FieldServiceSettings: FieldServiceSettings.objects.create,
    FunctionalLocation: fieldservice.make_location,
    IncidentType: fieldservice.make_incident_type,
    InventoryAdjustment: stock.make_adjustment,
    InventoryJournal: stock.make_journal,
    InventoryTransfer: stock.make_transfer,
    IntegrationProject: exchange.make_integration,
    IntegrationTask: exchange.make_task,
    Invoice: invoices.make_invoice,
    PurchaseBill: stock.make_bill,
    PurchaseOrder: stock.make_purchase,
    PurchaseReceipt: stock.make_receipt,
    Quote: quotes.make_quote,
    InvoiceDate: lambda: make_date(InvoiceDate, make_invoice_setup),
    InvoiceSetup: make_invoice_setup,
    LeadType: partners.make_lead_type,
    MappedField: exchange.make_mapped_field,
    MessageSetting: make_message_setting,
    MessageText: make_text,
    NumberSeries: make_series,
    OpeningHours: make_opening_hours,
    Opportunity: partners.make_opportunity,
    OutboxMessage: make_message,
    PartnerProgramme: partners.make_partner,
    PartnerSettings: partners.make_partner_settings,
    Place: geo.make_place,
    PriceList: catalog.make_price_list,
    Product: catalog.make_product,
    ProductInventory: stock.make_level,
    Project: projects.make_project,
    ProjectInvoice: contracts.make_project_invoice,
    ProjectRole: projects.make_role,
    ProviderEvent: make_provider_event,
    SchedulingSettings: scheduling.make_settings,
    SlotSearch: make_search,
    StaffMember: make_staff_member,
    SubStatus: fieldservice.make_sub_status,
    Suppression: make_suppression,
    Survey: lambda: scheduling.make_survey(is_active=False),
    SyncRow: exchange.make_row,
    SyncRun: exchange.make_sync_run,
    TaxCode: catalog.make_tax_code,
    TeamBooking: projects.make_team_booking,
    TeamMember: projects.make_member,
    Territory: geo.make_territory,
    Vendor: stock.make_vendor,
    VisitReminder: make_reminder,
    VisitLink: scheduling.make_visit_link,
    WebhookEndpoint: make_endpoint,
    Warehouse: stock.make_warehouse,
    WebRole: accounts.make_web_role,
    WorkOrder: fieldservice.make_work_order,
    WorkOrderProduct: lambda: fieldservice.make_product_line(fieldservice.make_work_order()),
    WorkOrderService: lambda: fieldservice.make_service_line(fieldservice.make_work_order()),
    WorkOrderType: make_type,
}

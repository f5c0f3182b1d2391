"""Reads of the section, a noun a file: what lists and details show, each with a fixed number of queries."""

from fieldservice.queries.work_orders import find_work_orders, work_order_list

__all__ = ["find_work_orders", "work_order_list"]

"""Reads of scheduling: who qualifies and what they already do, a customer's appointments, the sites to choose from."""

from scheduling.queries.appointments import appointment_list, hold_of, visible_appointment, visits_of_work_order

__all__ = ["appointment_list", "hold_of", "visible_appointment", "visits_of_work_order"]

"""Reads of scheduling: who qualifies and what they already do, a customer's appointments, the sites to choose from."""

from scheduling.queries.appointments import appointment_list, hold_of, visible_appointment

__all__ = ["appointment_list", "hold_of", "visible_appointment"]

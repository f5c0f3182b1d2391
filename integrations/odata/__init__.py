"""A client of OData 4 services (INT-2): plain Python over `portal.kit.outgoing`, no models. Import from its modules."""

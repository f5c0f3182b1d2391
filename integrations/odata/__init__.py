"""The other side, spoken to by OData version 4 (INT-2). Knows neither our tables nor what is exchanged."""

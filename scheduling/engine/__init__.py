"""The slot search as plain Python (SCH-2, SCH-13): frozen values in, frozen values out.

No Django, no database, no clock, no network. Instants are whole seconds since 1970 in UTC, durations whole
seconds; distances come from a function that is passed in.
"""

"""Records mapped from one side to the other, as plain Python (INT-1): frozen values in, frozen values out.

No Django, no database, no network, no clock. What a mapping needs from elsewhere, the partner of a key, is a function passed in.
"""

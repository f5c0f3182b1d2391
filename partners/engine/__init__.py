"""Who gets an opportunity, and why, as plain Python (PRT-2, PRT-3, PRT-5): frozen values in, frozen values out.

No Django, no database, no clock. Rates are fractions from 0 to 1, distances kilometres or whole metres, times days.
"""

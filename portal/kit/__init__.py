"""Money, time, ids, verdicts: no models, no business words. Imports nothing of ours."""

"""What of Callout can be exchanged, a noun a file (INT-1). Each entity is registered when its module is imported."""

"""The partner programme: opportunities distributed to the best partner (PRT). May import scheduling and everything below it, never projects."""

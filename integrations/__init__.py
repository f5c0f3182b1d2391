"""The exchange with finance and operations (INT): may import every other app and is imported by none of them."""

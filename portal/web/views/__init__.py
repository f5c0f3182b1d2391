"""Base views, error pages, brand, gallery, mailbox."""

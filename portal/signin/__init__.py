"""Who comes in through which door, and the mails around it. May import `notifications` and below."""

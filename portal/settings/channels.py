"""By which ways messages go besides e-mail, and who tells what became of our mails (NOT-4, SECURITY 22)."""

from portal.settings import env

# Who sends our mail and tells at /hooks/mail/ of the platform's host what became of it: mailgun or sendgrid. Mailgun signs by a
# key; any provider may be given name:password for that address.
MAIL_PROVIDER = env.text("MAIL_PROVIDER", "")
ANYMAIL = {
    "MAILGUN_WEBHOOK_SIGNING_KEY": env.text("MAIL_SIGNING_KEY", ""),
    "WEBHOOK_SECRET": env.text("MAIL_WEBHOOK_SECRET", ""),
}

# Text messages by SMPP 3.4, as smpp://user:password@host:2775; without an address there are none. The sender is the company's
# name unless operators ask for another one.
SMS_URL = env.text("SMS_URL", "")
SMS_SENDER = env.text("SMS_SENDER", "")
# Whether webhooks may go to this machine and private networks, and by http (SECURITY 32).
OUTGOING_TO_PRIVATE = False

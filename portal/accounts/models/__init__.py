"""Users, accounts, contacts, web roles."""

from portal.accounts.models.accounts import Account
from portal.accounts.models.contacts import Contact
from portal.accounts.models.users import StaffMember, User
from portal.accounts.models.web_roles import ContactRole, WebRole, WebRoleGrant

__all__ = ["Account", "Contact", "ContactRole", "StaffMember", "User", "WebRole", "WebRoleGrant"]

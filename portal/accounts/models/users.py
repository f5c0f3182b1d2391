"""A person who signs in, and the staff membership that opens a tenant's admin."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.kit.ids import uuid7
from portal.tenancy.models import TenantModel


class UserManager(BaseUserManager):
    """Users by e-mail, whatever its case."""

    def create_user(self, email, password=None, **extra):
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **extra):
        return self.create_user(email, password, is_platform_staff=True, **extra)

    def get_by_natural_key(self, email):
        return self.get(email=email.lower())


class User(AbstractBaseUser):
    """A login by e-mail; may be a contact in several tenants (TEN-3). Holds no tenant data."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(
        _("e-mail"), max_length=254, unique=True, error_messages={"unique": _("This e-mail has a login already.")}
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_platform_staff = models.BooleanField(_("platform staff"), default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                name="user_email_lower",
                condition=models.Q(email=Lower("email")),
                violation_error_message=_("Write the e-mail in lower case."),
            ),
        ]

    def __str__(self):
        return self.email

    def clean(self):
        super().clean()
        self.email = self.email.lower()

    # Django's admin asks the user; who may do what in a tenant is StaffMember, asked by the admin site.
    @property
    def is_staff(self) -> bool:
        return self.is_platform_staff

    @property
    def is_superuser(self) -> bool:
        return self.is_platform_staff

    def has_perm(self, perm, obj=None) -> bool:
        return self.is_active and self.is_platform_staff

    def has_perms(self, perm_list, obj=None) -> bool:
        return all(self.has_perm(each, obj) for each in perm_list)

    def has_module_perms(self, app_label) -> bool:
        return self.is_active and self.is_platform_staff


class StaffMember(TenantModel):
    """Opens the tenant's admin to a user."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("user"))
    is_active = models.BooleanField(_("active"), default=True)
    may_preview = models.BooleanField(
        _("may view the portal as a contact"),
        default=True,
        help_text=_("Sees what a contact sees and can change nothing. Beginning and end are recorded."),
    )

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff members")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "user"],
                name="staff_user_once",
                violation_error_message=_("This user is on the staff already."),
            ),
        ]

    def __str__(self):
        return str(self.user)

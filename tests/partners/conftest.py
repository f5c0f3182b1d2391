"""The company of these tests has a partner programme."""

import pytest

from portal.accounts.enums import Section


def open_sections(company):
    company.sections = list(Section.values)
    company.save()
    return company


@pytest.fixture
def tenant(tenant):
    return open_sections(tenant)


@pytest.fixture
def committed(committed):
    return open_sections(committed)

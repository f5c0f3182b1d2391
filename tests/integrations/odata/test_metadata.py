"""What a service offers, from a real one and from documents of other makers."""

import json

import pytest

from integrations.odata import csdl
from integrations.odata.errors import NotConnected
from integrations.odata.metadata import Link, Metadata, Property

DOCUMENT = b"""<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
  <Schema Namespace="Dynamics" Alias="D" xmlns="http://docs.oasis-open.org/odata/ns/edm">
    <EnumType Name="NoYes"><Member Name="No" Value="0"/><Member Name="Yes" Value="1"/></EnumType>
    <EntityType Name="Entity" Abstract="true">
      <Key><PropertyRef Name="dataAreaId"/></Key>
      <Property Name="dataAreaId" Type="Edm.String" Nullable="false" MaxLength="4"/>
      <Property Name="RecordId" Type="Edm.Int64"><Annotation Term="Org.OData.Core.V1.Computed" Bool="true"/></Property>
    </EntityType>
    <EntityType Name="Customer" BaseType="D.Entity">
      <Key><PropertyRef Name="CustomerAccount"/></Key>
      <Property Name="CustomerAccount" Type="Edm.String" Nullable="false"/>
      <Property Name="OnHold" Type="D.NoYes"/>
      <Property Name="Notes" Type="Collection(Edm.String)" MaxLength="max"/>
      <Property Name="Credit" Type="Edm.Decimal" Precision="18" Scale="variable"/>
      <NavigationProperty Name="Orders" Type="Collection(D.Order)"/>
      <NavigationProperty Name="Group" Type="Dynamics.Group"/>
    </EntityType>
    <EntityType Name="Order"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Guid"/></EntityType>
    <EntityContainer Name="Resources"><EntitySet Name="Customers" EntityType="D.Customer"/></EntityContainer>
    <Annotations Target="D.Customer/Credit"><Annotation Term="Org.OData.Core.V1.Computed"/></Annotations>
  </Schema>
</edmx:DataServices></edmx:Edmx>"""


def test_what_a_type_takes_from_the_one_it_extends():
    metadata = csdl.read(DOCUMENT)
    customer = metadata.type_of("Customers")
    assert customer.keys == ("dataAreaId", "CustomerAccount")
    assert customer.properties == {
        "dataAreaId": Property("dataAreaId", is_nullable=False, longest=4),
        "RecordId": Property("RecordId", "Edm.Int64", is_computed=True),
        "CustomerAccount": Property("CustomerAccount", is_nullable=False),
        "OnHold": Property("OnHold", "Dynamics.NoYes"),
        "Notes": Property("Notes", is_many=True),
        "Credit": Property("Credit", "Edm.Decimal", precision=18, is_computed=True),
    }
    assert customer.links == {
        "Orders": Link("Orders", "Dynamics.Order", is_many=True),
        "Group": Link("Group", "Dynamics.Group"),
    }
    assert metadata.enums == {"Dynamics.NoYes": ("No", "Yes")}


def test_a_set_that_is_not_offered():
    with pytest.raises(NotConnected, match="no Vendors"):
        csdl.read(DOCUMENT).type_of("Vendors")


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b"{}",
        DOCUMENT[:900],
        b"\xff\xfe\x00",
        DOCUMENT.replace(b'EntityType="D.Customer"', b'EntityType="D.Nobody"'),
        DOCUMENT.replace(b'BaseType="D.Entity"', b'BaseType="D.Customer"'),
        DOCUMENT.replace(b' Name="RecordId"', b""),
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + DOCUMENT.partition(b"?>")[2],
    ],
)
def test_what_is_no_metadata(document):
    with pytest.raises(NotConnected):
        csdl.read(document)


@pytest.mark.erp
def test_the_metadata_of_a_real_service(erp):
    with erp.service(metadata=None) as service:
        metadata = service.metadata()
        assert service.metadata() is metadata

    assert erp.proxy.times("GET", "$metadata") == 1
    lines = metadata.type_of("D365SalesOrderLines")
    assert lines.keys == ("dataAreaId", "SalesOrderNumber", "LineCreationSequenceNumber")
    assert lines.properties["OrderedSalesQuantity"] == Property(
        "OrderedSalesQuantity", "Edm.Decimal", precision=18, scale=6
    )
    assert lines.properties["ProductNumber"] == Property("ProductNumber", is_nullable=False, longest=20)
    assert metadata.type_of("CustomersV2").properties["RecordVersion"].is_computed
    assert metadata.type_of("D365SalesOrderHeaders").links["SalesOrderLines"].is_many


@pytest.mark.erp
def test_what_a_connection_keeps_of_it(erp):
    kept = erp.metadata.only(["D365SalesOrderHeaders", "CustomersV2", "Unheard"])
    assert set(kept.sets) == {"D365SalesOrderHeaders", "CustomersV2"}
    assert set(kept.types) == {"Finance.D365SalesOrderLines"}
    assert Metadata.from_json(json.loads(json.dumps(kept.as_json()))) == kept

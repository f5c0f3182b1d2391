// Names and keys as Finance and Operations has them (DYNAMICS 7). Lengths and mandatory fields refuse, as there.
service Finance @(path: '/data') {

  // The version changes with each change; updates must name the one that they saw.
  aspect versioned {
    RecordVersion : String(36) @odata.etag @Core.Computed;
  }

  type ReleasedProductType : String(12) @assert.range enum { inventory; nonInventory; service; };
  type NoYes : String(3) @assert.range enum { No; Yes; };

  entity SellableReleasedProducts : versioned {
    key dataAreaId               : String(4);
    key ProductNumber            : String(20);
        ProductName              : String(60) not null @mandatory;
        ProductDescription       : String(1000);
        ProductType              : String(10);
        FieldServiceProductType  : ReleasedProductType;
        IsStockedProduct         : NoYes;
        IsSalesStopped           : NoYes;
        SalesUnitSymbol          : String(10);
        InventoryUnitSymbol      : String(10);
        SalesUnitDecimalPrecision : Integer;
        SalesPrice               : Decimal(18, 6);
        UnitCost                 : Decimal(18, 6);
        CurrencyCode             : String(3);
        ModifiedOn               : Timestamp @cds.on.insert: $now @cds.on.update: $now;
        // A field of the company's own.
        CustomWarrantyMonths     : Integer;
  }

  // What is written to; SellableReleasedProducts shows the products that are sold.
  entity ReleasedProductsV2 : versioned {
    key dataAreaId               : String(4);
    key ItemNumber               : String(20);
        ProductName              : String(60) not null @mandatory;
        SearchName               : String(20);
        ProductDescription       : String(1000);
        ProductType              : String(10);
        FieldServiceProductType  : ReleasedProductType;
        SalesUnitSymbol          : String(10);
        InventoryUnitSymbol      : String(10);
        SalesPrice               : Decimal(18, 6);
        UnitCost                 : Decimal(18, 6);
  }

  entity CustomersV2 : versioned {
    key dataAreaId               : String(4);
    key CustomerAccount          : String(20);
        OrganizationName         : String(100) not null @mandatory;
        CustomerGroupId          : String(10) not null @mandatory;
        PartyType                : String(20);
        SiteId                   : String(10);
        WarehouseId              : String(10);
        LanguageId               : String(7);
        SalesCurrencyCode        : String(3);
        InvoiceAccount           : String(20);
        NameAlias                : String(40);
        AddressDescription       : String(60);
        AddressStreet            : String(250);
        AddressCity              : String(60);
        AddressZipCode           : String(10);
        AddressState             : String(10);
        AddressCountryRegionId   : String(10);
        AddressCountryRegionISOCode : String(2);
        AddressLatitude          : Decimal(9, 6);
        AddressLongitude         : Decimal(9, 6);
        PrimaryContactEmail      : String(255);
        PrimaryContactPhone      : String(40);
        TaxExemptNumber          : String(40);
        IsExternallyMaintained   : NoYes;
        IsContactPersonExternallyMaintained : NoYes;
        // A field of the company's own.
        CustomServiceLevel       : String(10);
  }

  entity CDSContacts {
    key dataAreaId               : String(4);
    key ContactPersonId          : String(20);
        FirstName                : String(25);
        LastName                 : String(25) not null @mandatory;
        JobTitle                 : String(60);
        AssociatedPartyNumber    : String(20) not null @mandatory;
        PrimaryEmailAddress      : String(255);
        PrimaryPhoneNumber       : String(40);
        LanguageId               : String(7);
        IsContactPersonExternallyMaintained : NoYes;
  }

  entity D365SalesOrderHeaders : versioned {
    key dataAreaId               : String(4);
    key SalesOrderNumber         : String(20);
        OrderingCustomerAccountNumber : String(20) not null @mandatory;
        InvoiceCustomerAccountNumber  : String(20);
        ExternalWorkOrderStatus  : String(20);
        SalesOrderOriginType     : String(40);
        SalesOrderOriginCode     : String(40);
        SalesOrderIntegrationCreationType : String(40);
        SalesOrderStatus         : String(20);
        SalesOrderProcessingStatus : String(20);
        SalesOrderName           : String(60);
        CustomersOrderReference  : String(60);
        CurrencyCode             : String(3);
        ContactPersonId          : String(20);
        Email                    : String(80);
        RequestedReceiptDate     : DateTime;
        RequestedShippingDate    : DateTime;
        DeliveryAddressName      : String(60);
        DeliveryAddressStreet    : String(250);
        DeliveryAddressCity      : String(60);
        DeliveryAddressZipCode   : String(10);
        DeliveryAddressStateId   : String(10);
        DeliveryAddressCountryRegionISOCode : String(2);
        DeliveryAddressLatitude  : Decimal(9, 6);
        DeliveryAddressLongitude : Decimal(9, 6);
        DefaultShippingSiteId    : String(10);
        DefaultShippingWarehouseId : String(10);
        ProjectId                : String(20);
        OrderTotalAmount         : Decimal(18, 6);
        OrderTotalTaxAmount      : Decimal(18, 6);
        OrderTotalDiscountAmount : Decimal(18, 6);
        OrderTotalChargesAmount  : Decimal(18, 6);
        AreTotalsUpdated         : NoYes;
        SalesOrderLines          : Association to many D365SalesOrderLines
          on SalesOrderLines.dataAreaId = dataAreaId and SalesOrderLines.SalesOrderNumber = SalesOrderNumber;
  }

  entity D365SalesOrderLines {
    key dataAreaId               : String(4);
    key SalesOrderNumber         : String(20);
    key LineCreationSequenceNumber : Integer;
        ProductNumber            : String(20) not null @mandatory;
        OrderedSalesQuantity     : Decimal(18, 6);
        SalesUnitSymbol          : String(10);
        SalesPrice               : Decimal(18, 6);
        LineDiscountAmount       : Decimal(18, 6);
        LineDescription          : String(60);
        CurrencyCode             : String(3);
        ShippingSiteId           : String(10);
        ShippingWarehouseId      : String(10);
        ProjectId                : String(20);
        ProjectCategoryId        : String(20);
        ProjectLinePropertyId    : String(20);
        LineAmount               : Decimal(18, 6);
        TotalTaxAmount           : Decimal(18, 6);
        TotalChargesAmount       : Decimal(18, 6);
        SalesOrderLineStatus     : String(20);
        InventoryLotId           : String(20);
        SalesOrderHeader         : Association to one D365SalesOrderHeaders
          on SalesOrderHeader.dataAreaId = dataAreaId and SalesOrderHeader.SalesOrderNumber = SalesOrderNumber;
  }

  entity CDSFreeTextInvoiceHeaders : versioned {
    key dataAreaId               : String(4);
    key ExternalInvoiceId        : String(20);
        CustomerAccount          : String(20) not null @mandatory;
        InvoiceAccount           : String(20);
        InvoiceDate              : DateTime not null @mandatory;
        DocumentDate             : DateTime;
        DueDate                  : DateTime;
        CurrencyCode             : String(3);
        InvoiceOriginType        : String(40);
        InvoiceOriginCode        : String(40);
        ExternalInvoiceStatus    : String(20);
        InvoiceName              : String(60);
        CustomerReference        : String(60);
        InvoiceStatus            : String(20);
  }

  entity CDSFreeTextInvoiceLines {
    key dataAreaId               : String(4);
    key ExternalInvoiceId        : String(20);
    key LineNumber               : Integer;
        Description              : String(60);
        InvoiceText              : String(1000);
        Quantity                 : Decimal(18, 6);
        UnitPrice                : Decimal(18, 6);
        TransactionCurrencyAmount : Decimal(18, 6);
        MainAccountDisplayValue  : String(20) not null @mandatory;
        SalesTaxGroupId          : String(10);
        SalesTaxItemGroupId      : String(10);
  }

  entity CDSSalesInvoiceHeaders {
    key dataAreaId               : String(4);
    key InvoiceNumber            : String(20);
        SalesOrderNumber         : String(20);
        OrderingCustomerAccountNumber : String(20);
        InvoiceCustomerAccountNumber  : String(20);
        CustomerAccount          : String(20);
        InvoiceDate              : DateTime;
        DueDate                  : DateTime;
        CurrencyCode             : String(3);
        InvoiceName              : String(60);
        InvoiceAddressCountryRegionISOCode : String(2);
        TotalInvoiceAmount       : Decimal(18, 6);
        TotalTaxAmount           : Decimal(18, 6);
        TotalDiscountAmount      : Decimal(18, 6);
        TotalChargeAmount        : Decimal(18, 6);
        SettledAmount            : Decimal(18, 6);
        ModifiedOn               : Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  entity CDSSalesInvoiceLines {
    key dataAreaId               : String(4);
    key InvoiceNumber            : String(20);
    key LineNumber               : Integer;
        LineCreationSequenceNumber : Integer;
        SalesOrderNumber         : String(20);
        ProductNumber            : String(20);
        ProductDescription       : String(1000);
        InvoicedQuantity         : Decimal(18, 6);
        SalesUnitSymbol          : String(10);
        SalesPrice               : Decimal(18, 6);
        LineAmount               : Decimal(18, 6);
        LineTotalTaxAmount       : Decimal(18, 6);
        LineTotalDiscountAmount  : Decimal(18, 6);
        LineTotalChargeAmount    : Decimal(18, 6);
        ModifiedOn               : Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  entity Warehouses {
    key dataAreaId               : String(4);
    key WarehouseId              : String(10);
        WarehouseName            : String(60);
        OperationalSiteId        : String(10);
        ModifiedOn               : Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  entity WarehousesOnHandV2 {
    key dataAreaId               : String(4);
    key ItemNumber               : String(20);
    key InventoryWarehouseId     : String(10);
        ProductNumber            : String(20);
        InventorySiteId          : String(10);
        OnHandQuantity           : Decimal(18, 6);
        ReservedOnHandQuantity   : Decimal(18, 6);
        AvailableOnHandQuantity  : Decimal(18, 6);
        OrderedQuantity          : Decimal(18, 6);
        OnOrderQuantity          : Decimal(18, 6);
        ModifiedOn               : Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  aspect journal {
    key dataAreaId               : String(4);
    key JournalNumber            : String(20);
        JournalNameId            : String(10);
        Description              : String(60);
        InventorySiteId          : String(10);
        InventoryWarehouseId     : String(10);
        IsPosted                 : NoYes;
  }

  aspect journalLine {
    key dataAreaId               : String(4);
    key JournalNumber            : String(20);
    key LineNumber               : Decimal(12, 4);
        ItemNumber               : String(20) not null @mandatory;
        InventoryQuantity        : Decimal(18, 6);
        InventoryUnitSymbol      : String(10);
        TransactionDate          : DateTime;
        InventorySiteId          : String(10);
        InventoryWarehouseId     : String(10);
  }

  entity InventoryAdjustmentJournalHeaders : journal {}
  entity InventoryAdjustmentJournalLines : journalLine {}
  entity InventoryTransferJournalHeaders : journal {}
  entity InventoryTransferJournalLines : journalLine {
        DestinationInventorySiteId      : String(10);
        DestinationInventoryWarehouseId : String(10);
  }

  // One movement of a work order, written once.
  aspect movement {
    key dataAreaId               : String(4);
    key ExternalMovementId       : String(40);
        ItemNumber               : String(20) not null @mandatory;
        InventoryWarehouseId     : String(10);
        InventoryQuantity        : Decimal(18, 6);
        InventoryUnitSymbol      : String(10);
        ReferenceNumber          : String(20);
        TransactionDateTime      : DateTime;
  }

  entity InventoryReservationMovements : movement {}
  entity InventoryUsageMovements : movement {}

  entity VendorsV2 {
    key dataAreaId               : String(4);
    key VendorAccountNumber      : String(20);
        VendorOrganizationName   : String(100) not null @mandatory;
        VendorGroupId            : String(10);
        CurrencyCode             : String(3);
        PrimaryEmailAddress      : String(255);
        PrimaryPhoneNumber       : String(40);
        AddressStreet            : String(250);
        AddressCity              : String(60);
        AddressZipCode           : String(10);
        AddressStateId           : String(10);
        AddressCountryRegionId   : String(10);
        IsOnHold                 : NoYes;
        ModifiedOn               : Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  entity PurchaseOrderHeadersV2 : versioned {
    key dataAreaId               : String(4);
    key PurchaseOrderNumber      : String(20);
        OrderVendorAccountNumber : String(20) not null @mandatory;
        PurchaseOrderStatus      : String(20);
        DocumentApprovalStatus   : String(20);
        CurrencyCode             : String(3);
        OrdererNote              : String(255);
        PurchaseOrderName        : String(60);
        AccountingDate           : DateTime;
        RequestedDeliveryDate    : DateTime;
        DefaultReceivingSiteId   : String(10);
        DefaultReceivingWarehouseId : String(10);
        ModifiedOn               : Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  entity PurchaseOrderLinesV2 {
    key dataAreaId               : String(4);
    key PurchaseOrderNumber      : String(20);
    key LineNumber               : Integer;
        ItemNumber               : String(20);
        LineDescription          : String(1000);
        OrderedPurchaseQuantity  : Decimal(18, 6);
        PurchaseUnitSymbol       : String(10);
        PurchasePrice            : Decimal(18, 6);
        LineAmount               : Decimal(18, 6);
        PurchaseOrderLineStatus  : String(20);
        ReceivingSiteId          : String(10);
        ReceivingWarehouseId     : String(10);
        RequestedDeliveryDate    : DateTime;
        ModifiedOn               : Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  entity ProductReceiptHeaders {
    key dataAreaId               : String(4);
    key ProductReceiptNumber     : String(20);
        PurchaseOrderNumber      : String(20);
        VendorAccountNumber      : String(20);
        DeliveryDate             : DateTime;
        ModifiedOn               : Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  entity ProductReceiptLines {
    key dataAreaId               : String(4);
    key ProductReceiptNumber     : String(20);
    key LineNumber               : Integer;
        PurchaseOrderNumber      : String(20);
        PurchaseOrderLineNumber  : Integer;
        ItemNumber               : String(20);
        ReceivedPurchaseQuantity : Decimal(18, 6);
        PurchaseUnitSymbol       : String(10);
        ReceivingWarehouseId     : String(10);
        ModifiedOn               : Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  entity Projects {
    key dataAreaId               : String(4);
    key ProjectID                : String(20);
        ProjectName              : String(60) not null @mandatory;
        CustomerAccount          : String(20);
        ProjectStage             : String(20);
        StartDate                : DateTime;
        EndDate                  : DateTime;
        ModifiedOn               : Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  // An invoice that was posted takes no more changes.
  action PostFreeTextInvoice(dataAreaId : String(4), ExternalInvoiceId : String(20)) returns String(20);
}

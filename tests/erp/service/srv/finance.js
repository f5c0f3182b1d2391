'use strict'

const cds = require('@sap/cds')

// Every change leaves its row in the same transaction: what was rolled back leaves none.
module.exports = class Finance extends cds.ApplicationService {
  async init() {
    let last
    const versioned = Object.values(this.entities).filter(each => each.elements.RecordVersion)

    this.before(['CREATE', 'UPDATE'], versioned, request => {
      request.data.RecordVersion = cds.utils.uuid()
    })

    this.before(['UPDATE'], 'CDSFreeTextInvoiceHeaders', async request => {
      const found = await SELECT.one.from(request.subject).columns('InvoiceStatus')
      if (found?.InvoiceStatus === 'Completed') request.reject(400, 'The free text invoice is posted', 'InvoiceStatus')
    })

    this.after(['CREATE', 'UPDATE', 'DELETE'], '*', async (_result, request) => {
      const entity = request.target
      const values = { ...request.params.at(-1), ...request.data }
      const record = Object.keys(entity.keys).map(name => values[name]).join('|')
      const sent = Object.fromEntries(Object.entries(request.data).filter(([name]) => name !== 'RecordVersion'))
      last ??= (await SELECT.one.from('Control.Effects').columns('max(number) as number')).number ?? 0
      await INSERT.into('Control.Effects').entries({
        number: ++last,
        name: entity.name.split('.').pop(),
        action: request.event,
        record,
        values: JSON.stringify(sent),
      })
    })

    this.on('PostFreeTextInvoice', async request => {
      const { dataAreaId, ExternalInvoiceId } = request.data
      const posted = await UPDATE('Finance.CDSFreeTextInvoiceHeaders')
        .set({ InvoiceStatus: 'Completed', RecordVersion: cds.utils.uuid() })
        .where({ dataAreaId, ExternalInvoiceId })
      if (!posted) request.reject(404, 'There is no such invoice', 'ExternalInvoiceId')
      return 'Completed'
    })

    return super.init()
  }
}

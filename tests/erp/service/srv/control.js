'use strict'

const cds = require('@sap/cds')

const UNITS = ['ea', 'h', 'kg']

module.exports = class Control extends cds.ApplicationService {
  async init() {
    this.on('empty', async () => {
      const tables = [...Object.values(cds.entities('Finance')), ...Object.values(cds.entities('Control'))]
      for (const { name } of tables) await cds.run(`DELETE FROM ${name.replaceAll('.', '_')}`)
    })

    this.on('fill', async request => {
      const { name, dataAreaId, count } = request.data
      const entity = cds.entities('Finance')[name]
      for (let first = 0; first < count; first += 5000) {
        const size = Math.min(5000, count - first)
        const rows = Array.from({ length: size }, (_, index) => row(entity, dataAreaId, first + index))
        await INSERT.into(entity).entries(rows)
      }
      return count
    })

    return super.init()
  }
}

// A record in which every field is filled that holds numbers or text, told apart by its number.
function row(entity, dataAreaId, number) {
  const found = { dataAreaId }
  for (const { name, type, length, isAssociation } of Object.values(entity.elements)) {
    if (name === 'dataAreaId' || isAssociation) continue
    if (type === 'cds.Decimal') found[name] = number / 4
    else if (type === 'cds.Integer') found[name] = number
    else if (type === 'cds.String' && length === 3) found[name] = 'USD'
    else if (type === 'cds.String' && name.endsWith('UnitSymbol')) found[name] = UNITS[number % UNITS.length]
    else if (type === 'cds.String') found[name] = `${name.slice(0, Math.max(1, Math.min(5, length - 7)))}${String(number).padStart(6, '0')}`.slice(-length)
  }
  return found
}

'use strict'

const cds = require('@sap/cds')
const express = require('express')

// The tables are made where they are not there yet: after a restart everything is as it was.
cds.once('served', async () => {
  for (const statement of cds.compile(cds.model).to.sql({ dialect: 'sqlite' })) {
    await cds.db.run(statement.replace(/^CREATE (TABLE|VIEW) /, 'CREATE $1 IF NOT EXISTS '))
  }
})

// Whoever started this holds the other end of stdin: nothing outlives the tests.
process.stdin.on('end', () => process.exit(0)).resume()

module.exports = options => {
  const app = express()
  const listen = app.listen.bind(app)
  app.listen = port => listen(port, '127.0.0.1')
  return cds.server({ ...options, app })
}

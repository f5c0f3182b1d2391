'use strict'

// As much of better-sqlite3 as CAP's service for SQLite uses, over a build that is WebAssembly and writes to files.
const { rmSync } = require('node:fs')
const { Database: Inner } = require('node-sqlite3-wasm')

const KEPT = 200

class Statement {
  constructor(inner, forget) {
    this.inner = inner
    this.forget = forget
    this.isRaw = false
  }

  raw(isRaw = true) {
    this.isRaw = isRaw
    return this
  }

  run(values) {
    return this.tried(() => this.inner.run(bound(values)))
  }

  // Read to the end, so that no statement stays open.
  get(values) {
    return this.all(values)[0]
  }

  all(values) {
    const rows = this.tried(() => this.inner.all(bound(values)))
    return this.isRaw ? rows.map(Object.values) : rows
  }

  iterate(values) {
    return this.all(values)[Symbol.iterator]()
  }

  // One that failed cannot be used again.
  tried(call) {
    try {
      return call()
    } catch (error) {
      this.forget()
      throw error
    }
  }
}

class Database {
  constructor(path) {
    this.memory = path === ':memory:'
    // Left behind by a process that was killed; nobody else has this file.
    if (!this.memory) rmSync(`${path}.lock`, { recursive: true, force: true })
    this.inner = new Inner(path)
    this.kept = new Map()
    // What a commit wrote survives the process, which is all that the tests kill.
    this.inner.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF')
  }

  get open() {
    return this.inner.isOpen
  }

  // A statement is prepared once; the oldest one goes when there are too many, for nothing else frees them.
  prepare(sql) {
    const statement = this.kept.get(sql) ?? this.inner.prepare(sql)
    this.kept.delete(sql)
    this.kept.set(sql, statement)
    if (this.kept.size > KEPT) this.forget(this.kept.keys().next().value)
    return new Statement(statement, () => this.forget(sql))
  }

  forget(sql) {
    const statement = this.kept.get(sql)
    this.kept.delete(sql)
    try {
      statement?.finalize()
    } catch {
      // It says again why it failed.
    }
  }

  exec(sql) {
    this.inner.exec(sql)
  }

  // A journal for several readers needs shared memory, which WebAssembly has not.
  pragma(text) {
    return /journal_mode/i.test(text) ? [] : this.inner.all(`PRAGMA ${text}`)
  }

  function(name, options, call) {
    this.inner.function(name, call ?? options, call ? options : {})
  }

  close() {
    for (const sql of [...this.kept.keys()]) this.forget(sql)
    this.inner.close()
  }
}

function bound(values) {
  if (!Array.isArray(values)) return undefined
  return values.map(each => {
    if (each instanceof Date) return each.toISOString()
    return each === undefined ? null : each
  })
}

module.exports = Database

#!/usr/bin/env node
// Starts the program of this machine's platform, which npm installed beside this package, and hands on its status.
'use strict'
const { spawnSync } = require('child_process')

const name = `@wxray/${process.platform}-${process.arch}`
const file = process.platform === 'win32' ? 'wxray.exe' : 'wxray'

function find() {
  try {
    return require.resolve(`${name}/${file}`)
  } catch {
    console.error(`wxray: there is no package ${name}; was it installed with --no-optional?`)
    process.exit(2)
  }
}

const { status, signal, error } = spawnSync(find(), process.argv.slice(2), { stdio: 'inherit' })
if (error) {
  console.error(`wxray: ${error.message}`)
  process.exit(2)
}
if (signal) process.kill(process.pid, signal)
process.exit(status)

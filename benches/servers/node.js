// npm's `xmlrpc` server: prints its address, and ends when its standard input does.

'use strict'

// The library takes dates for local time.
process.env.TZ = 'UTC'

const xmlrpc = require('xmlrpc')

const server = xmlrpc.createServer({ host: '127.0.0.1', port: 0 }, () => {
  console.log(`127.0.0.1:${server.httpServer.address().port}`)
})
server.on('add', (_, [a, b], answer) => answer(null, a + b))
server.on('echo', (_, [value], answer) => answer(null, value))

process.stdin.on('end', () => process.exit()).resume()

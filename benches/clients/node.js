// npm's `xmlrpc` client: makes a call at an address, as often and as many at once as each line of the input says.
//
//     node.js ADDRESS add|echo LENGTH      the length of what `echo` gives

'use strict'

const http = require('http')
const readline = require('readline')
const xmlrpc = require('xmlrpc')

const [address, name, length] = process.argv.slice(2)
const agent = new http.Agent({ keepAlive: true })
const client = xmlrpc.createClient({ url: `http://${address}/`, agent })

const params = name === 'add' ? [2, 3] : []
const isRight = name === 'add' ? (result) => result === 5 : (result) => result.length === Number(length)

function call() {
  return new Promise((resolve, reject) => {
    client.methodCall(name, params, (error, result) => {
      if (error) reject(error)
      else if (isRight(result)) resolve()
      else reject(new Error('a wrong result'))
    })
  })
}

async function goOn(calls) {
  for (let made = 0; made < calls; made++) await call()
}

async function main() {
  await goOn(1)
  console.log('ready')
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [calls, atOnce] = line.split(' ').map(Number)
    const began = process.hrtime.bigint()
    await Promise.all(Array.from({ length: atOnce }, () => goOn(Math.floor(calls / atOnce))))
    console.log(Number(process.hrtime.bigint() - began) / 1e9)
  }
  process.exit()
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})

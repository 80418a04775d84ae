// The package xmlrpc of npm against our server: `client.js URL FEATURE`. One JSON line for each check.

'use strict'

const http = require('http')
const { inspect, isDeepStrictEqual } = require('util')
const xmlrpc = require('xmlrpc')

const [url, feature] = process.argv.slice(2)
let client = connect()

const features = {
  async validator1() {
    equal('arrayOfStructsTest', await call('validator1.arrayOfStructsTest', [stooges(1, 2, -7), stooges(5, 6, 60)]), 53)
    equal('countTheEntities', await call('validator1.countTheEntities', `<<>&'""&amp;''é`), {
      ctLeftAngleBrackets: 2, ctRightAngleBrackets: 1, ctAmpersands: 2, ctApostrophes: 3, ctQuotes: 2
    })
    equal('easyStructTest', await call('validator1.easyStructTest', stooges(1, -20, 300)), 281)
    equal('echoStructTest', await call('validator1.echoStructTest', everything()), everything())
    const many = [7, true, '<text>', -2.5, new Date(1998, 6, 17, 14, 8, 55), Buffer.from([0, 255])]
    equal('manyTypesTest', await call('validator1.manyTypesTest', ...many), many)
    const words = Array.from({ length: 150 }, (_, n) => `Ä${n}&`)
    equal('moderateSizeArrayCheck', await call('validator1.moderateSizeArrayCheck', words), 'Ä0&Ä149&')
    const months = Array.from({ length: 12 }, (_, n) => [String(n + 1).padStart(2, '0'), { '01': {}, '02': {} }])
    const year = { ...Object.fromEntries(months), '04': { '01': stooges(4, 5, 6) } }
    equal('nestedStructTest', await call('validator1.nestedStructTest', { 2000: year, 2001: {} }), 15)
    const multiples = { times10: -30, times100: -300, times1000: -3000 }
    equal('simpleStructReturnTest', await call('validator1.simpleStructReturnTest', -3), multiples)
  },

  async interop_echo_tests() {
    equal('whichToolkit', (await call('interopEchoTests.whichToolkit')).toolkitName, 'tagwire')
    equal('noInParams', await call('interopEchoTests.noInParams'), 0)
    const values = {
      echoValue: ['text', everything(), [1, [false]]],
      echoString: ['', ' <&>\'"\n\t'],
      echoInteger: [0, -1, 2 ** 31 - 1, -(2 ** 31)],
      echoBoolean: [true, false],
      // A whole number is an int to it, and an int where a double is asked for is one.
      echoFloat: [0.1, -2.5, 1.5e-300, 7],
      echoStruct: [{}, everything()],
      echoDate: [new Date(1998, 6, 17, 14, 8, 55)],
      echoBase64: [Buffer.alloc(0), everyByte()],
      echoStringArray: [[], ['a', '', '<&>']],
      echoIntegerArray: [[], [0, -1]],
      echoFloatArray: [[], [0.5, -2.25]],
      echoStructArray: [[], [{}, everything(), { x: [{}] }]]
    }
    for (const [name, ofType] of Object.entries(values)) {
      for (const value of ofType) await echoed(`interopEchoTests.${name}`, value)
    }
  },

  async numbers() {
    for (const number of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]) await bothWays(number, `int ${number}`)
    // A larger one is sent as an int all the same. An i8 comes as text.
    for (const number of [2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER]) {
      equal(`${number} is read`, await call('describe', number), `i8 ${number}`)
      equal(`${number} comes back as text`, await call('echo', number), String(number))
    }
    await fault('from 1e21 on it sends no digits', -32600, /int/, call('echo', 1e21))
    equal('-0 is an int', await call('describe', -0), 'int 0')
    await bothWays(true, 'boolean true')
    await bothWays(false, 'boolean false')
    for (const number of [1.5, -2.25, 0.1, 1 / 3, 1e-7, 5e-324, Number.EPSILON]) await echoed('echo', number)
    equal('a double is read', await call('describe', 1e-7), 'double 0.0000001')
    equal('infinity is read', await call('describe', Infinity), 'double inf')
    await fails('and not understood when it comes', /double.*inf/, call('echo', Infinity))
    class Wide extends xmlrpc.CustomType {}
    Wide.prototype.tagName = 'i8'
    equal('an i8 of a type of its own', await call('describe', new Wide('9223372036854775807')), 'i8 9223372036854775807')
  },

  async text() {
    for (const [name, text] of Object.entries(texts())) {
      const points = Array.from(text, (character) => character.codePointAt(0).toString(16).toUpperCase()).join(' ')
      equal(`${name}: is read`, await call('code_points', text), points)
      equal(`${name}: is written`, await call('from_code_points', points), text)
      await echoed('echo', { [`a${text}`]: 1 })
    }
    equal('a carriage return is written', await call('from_code_points', '61 D A 62'), 'a\r\nb')
    equal('and sent as a reference', await call('code_points', 'a\r\nb'), '61 D A 62')
    // With markup it sends CDATA, which has no references.
    equal('but not beside markup', await call('code_points', '<\r\n'), '3C A')
  },

  async dates() {
    for (const date of [new Date(1998, 6, 17, 14, 8, 55), new Date(2024, 1, 29, 23, 59, 59)]) await echoed('echo', date)
    equal('it sends local time', await call('describe', new Date(1998, 6, 17, 14, 8, 55)), 'dateTime.iso8601 19980717T14:08:55')
    xmlrpc.dateFormatter.setOpts({ local: false, hyphens: true, ms: true })
    const date = new Date(Date.UTC(1998, 6, 17, 14, 8, 55, 250))
    equal('or what it is told', await call('describe', date), 'dateTime.iso8601 1998-07-17T14:08:55.250Z')
    await echoed('echo', date)
  },

  async bytes() {
    await bothWays(everyByte(), `base64 ${everyByte().toString('hex')}`)
    await bothWays(Buffer.alloc(0), 'base64 ')
    await echoed('echo', Buffer.alloc(256_000, everyByte()))
  },

  async containers() {
    await bothWays([], 'array of 0')
    await bothWays([1, 'two', 3.5, [], {}, [[true]]], 'array of 6')
    await bothWays({}, 'struct of 0')
    await bothWays({ b: 1, a: [{ x: 'y' }], ' blank ': 2, 'ключ<&>': 3 }, 'struct of 4')
    let deep = 'deep'
    for (let level = 1; level <= 63; level += 1) deep = [deep]
    await echoed('echo', deep)
    await fault('65 levels', -32600, /./, call('echo', [deep]))
  },

  async nil() {
    await bothWays(null, 'nil')
    await echoed('echo', [null, 1, { a: null }])
    equal('nothing is nil', await call('nothing'), null)
    equal('undefined is an empty string', await call('describe', undefined), 'string ')
  },

  async faults() {
    await fault('code and text', 42, /^cannot divide 1 by <zero> & co: ∞$/, call('div', 1, 0))
    for (const code of [1, -1, 2 ** 31 - 1, -(2 ** 31)]) await fault(`code ${code}`, code, /^text$/, call('fail', code, 'text'))
    await fault('no text', 7, /^$/, call('fail', 7, ''))
    await fault('code 0', 0, /^zero$/, call('fail', 0, 'zero'))
    await fault('too few arguments', -32602, /./, call('add', 1))
    await fault('an argument of another type', -32602, /./, call('add', 's3cret', 2))
    equal('and it still works', await call('add', 2, 3), 5)
    client = connect({ path: '/nowhere' })
    await fails('another path is an error of HTTP', /^Not Found$/, call('add', 1, 2))
  },

  async unknown_method() {
    await fault('no such method', -32601, /no\.such/, call('no.such'))
    await fault('nor by another case', -32601, /ADD/, call('ADD', 1, 2))
  },

  async introspection() {
    const names = await call('system.listMethods')
    equal('listMethods is sorted', names, [...names].sort())
    const wanted = ['add', 'validator1.easyStructTest', 'interopEchoTests.echoValue', 'system.listMethods', 'system.multicall']
    equal('listMethods has them', wanted.filter((name) => names.includes(name)), wanted)
    equal('methodHelp', await call('system.methodHelp', 'add'), 'Adds two integers.')
    equal('methodHelp of nothing', await call('system.methodHelp', 'nothing'), '')
    equal('methodSignature', await call('system.methodSignature', 'add'), [['int', 'int', 'int']])
    equal('methodSignature of a struct', await call('system.methodSignature', 'validator1.easyStructTest'), [['int', 'struct']])
    await fault('methodSignature of no method', -32601, /no\.such/, call('system.methodSignature', 'no.such'))
  },

  async multicall() {
    const item = (methodName, ...params) => ({ methodName, params })
    const results = await call('system.multicall', [
      item('add', 1, 2), item('div', 1, 0), item('no.such'), item('system.multicall', []), item('echo', [[], {}]), item('add', 3, 4)
    ])
    equal('the first', results[0], [3])
    equal('the second fails alone', results[1], { faultCode: 42, faultString: 'cannot divide 1 by <zero> & co: ∞' })
    equal('no such method', results[2].faultCode, -32601)
    equal('a multicall in it fails', Object.keys(results[3]), ['faultCode', 'faultString'])
    equal('an array in its envelope', results[4], [[[], {}]])
    equal('the last', results[5], [7])
    equal('none', await call('system.multicall', []), [])
  },

  async big_string() {
    equal('1 MB comes', await call('repeat', 'x'.repeat(1000), 1000), 'x'.repeat(1_000_000))
    equal('1 MB goes', await call('count', 'x'.repeat(1_000_000)), 1_000_000)
    await echoed('echo', 'tagwire<é>'.repeat(40_000))
  },

  async keep_alive() {
    client = connect({ agent: new http.Agent({ keepAlive: true, maxSockets: 1 }) })
    const ports = new Set()
    for (let n = 0; n < 100; n += 1) ports.add(await call('port'))
    equal('a hundred calls on one connection', ports.size, 1)
    equal('which it asks for', await call('header', 'connection'), 'Keep-Alive')
    client = connect()
    const sums = await Promise.all(Array.from({ length: 200 }, (_, n) => call('add', n, n)))
    equal('many calls at once', sums, Array.from({ length: 200 }, (_, n) => 2 * n))
  },

  async compression() {
    equal('it does not ask for gzip', await call('header', 'accept-encoding'), '')
    equal('so a large reply comes', await call('repeat', 'ab', 10_000), 'ab'.repeat(10_000))
    equal('as it is', await call('previous_encoding'), '')
    // It takes a header from the program, and cannot read what that brings.
    client = connect({ headers: { 'Accept-Encoding': 'gzip' } })
    await fails('nor can it read gzip', /./, call('repeat', 'ab', 10_000))
    equal('which was sent', await call('previous_encoding'), 'gzip')
  }
}

function connect(options = {}) {
  const { hostname, port } = new URL(url)
  return xmlrpc.createClient({ host: hostname, port, path: '/RPC2', ...options })
}

function call(method, ...params) {
  return new Promise((resolve, reject) => {
    client.methodCall(method, params, (error, value) => (error ? reject(error) : resolve(value)))
  })
}

async function echoed(method, value) {
  equal(`${method} of ${shown(value)}`, await call(method, value), value)
}

// `describe` tells what the server read, so that two mistakes cannot undo each other.
async function bothWays(value, described) {
  equal(`${shown(value)} is read`, await call('describe', value), described)
  await echoed('echo', value)
}

function equal(check, got, want) {
  report(check, isDeepStrictEqual(got, want), shown(got), shown(want))
}

async function fault(check, code, text, calling) {
  await rejects(check, (error) => error.faultCode === code && text.test(error.faultString), `fault ${code} ${text}`, calling)
}

async function fails(check, text, calling) {
  await rejects(check, (error) => error.faultCode === undefined && text.test(error.message), `an error ${text}`, calling)
}

async function rejects(check, judge, want, calling) {
  try {
    report(check, false, shown(await calling), want)
  } catch (error) {
    report(check, judge(error), `${error.faultCode} ${error.message}`, want)
  }
}

function report(check, ok, got, want) {
  const short = (text) => (text.length > 400 ? `${text.slice(0, 300)}...` : text)
  console.log(JSON.stringify({ check: short(check), ok, got: short(got), want: short(want) }))
}

function shown(value) {
  return inspect(value, { depth: null, breakLength: Infinity, maxStringLength: 400 })
}

function stooges(moe, larry, curly) {
  return { moe, larry, curly }
}

function everything() {
  return {
    int: 1, text: '<&>', yes: true, half: 0.5, date: new Date(1998, 6, 17, 14, 8, 55), bytes: Buffer.from([0, 255]),
    list: [1, 'two', [3]], inner: { a: {}, 'x y': [] }
  }
}

function everyByte() {
  return Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
}

function texts() {
  return {
    empty: '', blanks: ' \t\n ', padded: '  padded ', markup: `<a href="x">&amp; ]]> <![CDATA[ 'q' </string>`,
    latin: 'Grüße, señor Ærø', cjk: '漢字かな 한국어', 'right to left': 'שלום عليكم', combining: 'e\u0301 \u0928\u093f',
    astral: '😀 𝄞 𠜎 \u{10fffd}', joined: '👩‍👩‍👧‍👦', separators: '\u0085 \u00a0 \u2028 \u200b \ufeff',
    edges: '\ud7ff\ue000\ufffd\u{10000}'
  }
}

features[feature]().catch((error) => {
  console.error(error)
  process.exitCode = 1
})

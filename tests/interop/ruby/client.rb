# Ruby's XMLRPC::Client against our server: `client.rb URL FEATURE`. One JSON line for each check.

require 'date'
require 'json'
require 'uri'
require 'xmlrpc/client'

URL, FEATURE = ARGV
$stdout.sync = true

TEXTS = {
  'empty' => '', 'blanks' => " \t\n ", 'padded' => '  padded ',
  'markup' => %q(<a href="x">&amp; ]]> <![CDATA[ 'q' </string>), 'latin' => 'Grüße, señor Ærø',
  'cjk' => '漢字かな 한국어', 'right to left' => 'שלום عليكم', 'combining' => "e\u0301 \u0928\u093f",
  'astral' => "😀 𝄞 𠜎 \u{10fffd}", 'joined' => '👩‍👩‍👧‍👦', 'separators' => "\u0085 \u00a0 \u2028 \u200b \ufeff",
  'edges' => "\ud7ff\ue000\ufffd\u{10000}"
}.freeze
EVERY_BYTE = (0..255).to_a.pack('C*')

module Features
  module_function

  def validator1
    suite = $client.proxy('validator1')
    equal 'arrayOfStructsTest', suite.arrayOfStructsTest([stooges(1, 2, -7), stooges(5, 6, 60)]), 53
    counts = suite.countTheEntities(%q(<<>&'""&amp;''é))
    equal 'countTheEntities', counts, {
      'ctLeftAngleBrackets' => 2, 'ctRightAngleBrackets' => 1, 'ctAmpersands' => 2, 'ctApostrophes' => 3, 'ctQuotes' => 2
    }
    equal 'easyStructTest', suite.easyStructTest(stooges(1, -20, 300)), 281
    equal 'echoStructTest', suite.echoStructTest(everything), everything
    many = [7, true, '<text>', -2.5, date(1998, 7, 17, 14, 8, 55), base64("\0\xff")]
    equal 'manyTypesTest', suite.manyTypesTest(*many), many
    equal 'moderateSizeArrayCheck', suite.moderateSizeArrayCheck((0..149).map { |n| "Ä#{n}&" }), 'Ä0&Ä149&'
    year = (1..12).to_h { |month| [format('%02d', month), { '01' => {}, '02' => {} }] }
    year['04']['01'] = stooges(4, 5, 6)
    equal 'nestedStructTest', suite.nestedStructTest({ '2000' => year, '2001' => {} }), 15
    multiples = { 'times10' => -30, 'times100' => -300, 'times1000' => -3000 }
    equal 'simpleStructReturnTest', suite.simpleStructReturnTest(-3), multiples
  end

  def interop_echo_tests
    equal 'whichToolkit', call('interopEchoTests.whichToolkit')['toolkitName'], 'tagwire'
    equal 'noInParams', call('interopEchoTests.noInParams'), 0
    {
      'echoValue' => ['text', everything, [1, [false]]], 'echoString' => ['', " <&>'\"\n\t"],
      'echoInteger' => [0, -1, 2**31 - 1, -2**31], 'echoBoolean' => [true, false],
      'echoFloat' => [0.1, -1.5e300, 5e-324], 'echoStruct' => [{}, everything],
      'echoDate' => [date(1998, 7, 17, 14, 8, 55)], 'echoBase64' => [base64(''), base64(EVERY_BYTE)],
      'echoStringArray' => [[], ['a', '', '<&>']], 'echoIntegerArray' => [[], [0, -1]],
      'echoFloatArray' => [[], [0.5, -2.25]], 'echoStructArray' => [[], [{}, everything, { 'x' => [{}] }]]
    }.each { |name, values| values.each { |value| echoed("interopEchoTests.#{name}", value) } }
  end

  def numbers
    [0, 1, -1, 2**31 - 1, -2**31].each { |number| both_ways(number, "int #{number}") }
    # Beyond 32 bits it sends nothing. What comes is read at any size.
    raises('2**31 is refused by Ruby itself', RuntimeError, /too big/) { call('echo', 2**31) }
    equal 'beyond 32 bits', call('validator1.simpleStructReturnTest', 2**31 - 1)['times1000'], (2**31 - 1) * 1000
    # With this setting it writes any size as i4.
    configured(:ENABLE_BIGINT) do
      [2**31, -2**31 - 1, 2**63 - 1, -2**63].each { |number| both_ways(number, "i8 #{number}") }
      fault('beyond 64 bits', -32600, /out of range/) { call('echo', 2**63) }
    end
    both_ways(true, 'boolean true')
    both_ways(false, 'boolean false')
    [0.0, -0.0, 1.5, -2.25, 0.1, 1 / 3r.to_f, 1e300, -1e300, 1e22, 5e-324, Float::MAX, Float::MIN].each do |number|
      echoed('echo', number)
    end
    equal 'a double is read', call('describe', 1e-7), 'double 0.0000001'
    raises('infinity is refused by Ruby itself', RuntimeError, /Infinity/) { call('echo', Float::INFINITY) }
  end

  def text
    TEXTS.each do |name, text|
      points = text.codepoints.map { |point| format('%X', point) }.join(' ')
      equal "#{name}: is read", call('code_points', text), points
      equal "#{name}: is written", call('from_code_points', points), text
      echoed('echo', { text => 1 })
    end
    equal 'a symbol is a string', call('describe', :symbol), 'string symbol'
    equal 'a carriage return is written', call('from_code_points', '61 D A 62'), "a\r\nb"
    # It sends one as it is, and XML makes a newline of that.
    equal 'a carriage return is read', call('code_points', "a\r\nb"), '61 A 62'
  end

  def dates
    [date(1998, 7, 17, 14, 8, 55), date(2024, 2, 29, 23, 59, 59)].each { |value| echoed('echo', value) }
    equal 'a date is read', call('describe', date(1998, 7, 17, 14, 8, 55)), 'dateTime.iso8601 19980717T14:08:55'
    equal 'a Time', call('describe', Time.utc(1998, 7, 17, 14, 8, 55)), 'dateTime.iso8601 19980717T14:08:55'
    equal 'a Date', call('describe', Date.new(1998, 7, 17)), 'dateTime.iso8601 19980717T00:00:00'
  end

  def bytes
    both_ways(base64(EVERY_BYTE), "base64 #{EVERY_BYTE.unpack1('H*')}")
    both_ways(base64(''), 'base64 ')
    echoed('echo', base64(EVERY_BYTE * 1000))
  end

  def containers
    both_ways([], 'array of 0')
    both_ways([1, 'two', 3.5, [], {}, [[true]]], 'array of 6')
    both_ways({}, 'struct of 0')
    both_ways({ 'b' => 1, 'a' => [{ 'x' => 'y' }], '' => '', ' blank ' => 2, 'ключ<&>' => 3 }, 'struct of 5')
    equal 'a Struct', call('echo', Struct.new(:moe, :larry).new(1, 2)), { 'moe' => 1, 'larry' => 2 }
    deep = 63.times.inject('deep') { |value| [value] }
    echoed('echo', deep)
    fault('65 levels', -32600, /./) { call('echo', [deep]) }
  end

  def nil
    raises('nil is refused by Ruby itself', RuntimeError, /NilClass/) { call('echo', nil) }
    raises('and not read', RuntimeError, /nil/) { call('nothing') }
    configured(:ENABLE_NIL_CREATE) do
      configured(:ENABLE_NIL_PARSER) do
        both_ways(nil, 'nil')
        echoed('echo', [nil, 1, { 'a' => nil }])
        equal 'nothing is nil', call('nothing'), nil
      end
    end
  end

  def faults
    fault('code and text', 42, /\Acannot divide 1 by <zero> & co: ∞\z/) { call('div', 1, 0) }
    [1, -1, 2**31 - 1, -2**31].each { |code| fault("code #{code}", code, /\Atext\z/) { call('fail', code, 'text') } }
    fault('no text', 7, /\A\z/) { call('fail', 7, '') }
    fault('code 0', 0, /\Azero\z/) { call('fail', 0, 'zero') }
    fault('too few arguments', -32602, /./) { call('add', 1) }
    fault('an argument of another type', -32602, /./) { call('add', 's3cret', 2) }
    equal 'a fault without an exception', $client.call2('add', 1).first, false
    equal 'and it still works', call('add', 2, 3), 5
    nowhere = XMLRPC::Client.new2("#{URL}/nowhere")
    raises('another path is an error of HTTP', RuntimeError, /404/) { nowhere.call('add', 1, 2) }
  end

  def unknown_method
    fault('no such method', -32601, /no\.such/) { call('no.such') }
    fault('nor by another case', -32601, /ADD/) { $client.proxy.ADD(1, 2) }
  end

  def introspection
    system = $client.proxy('system')
    names = system.listMethods
    equal 'listMethods is sorted', names, names.sort
    wanted = %w[add validator1.easyStructTest interopEchoTests.echoValue system.listMethods system.multicall]
    equal 'listMethods has them', wanted & names, wanted
    equal 'methodHelp', system.methodHelp('add'), 'Adds two integers.'
    equal 'methodHelp of nothing', system.methodHelp('nothing'), ''
    equal 'methodSignature', system.methodSignature('add'), [%w[int int int]]
    equal 'methodSignature of a struct', system.methodSignature('validator1.easyStructTest'), [%w[int struct]]
    fault('methodSignature of no method', -32601, /no\.such/) { system.methodSignature('no.such') }
  end

  def multicall
    results = $client.multicall(
      ['add', 1, 2], ['div', 1, 0], ['no.such'], ['system.multicall', []], ['echo', [[], {}]], ['add', 3, 4]
    )
    equal 'the first', results[0], 3
    equal 'the second fails alone', [results[1].faultCode, results[1].faultString], [42, 'cannot divide 1 by <zero> & co: ∞']
    equal 'no such method', results[2].faultCode, -32601
    equal 'a multicall in it fails', results[3].class, XMLRPC::FaultException
    equal 'an array in its envelope', results[4], [[], {}]
    equal 'the last', results[5], 7
    equal 'none', $client.multicall, []
  end

  def big_string
    equal '1 MB comes', call('repeat', 'x' * 1000, 1000), 'x' * 1_000_000
    equal '1 MB goes', call('count', 'x' * 1_000_000), 1_000_000
    # Few references: the time that its parser takes grows with the square of their number.
    echoed('echo', 'tagwire 漢 é ' * 25_000 + '<&>' * 100)
  end

  def keep_alive
    equal 'a hundred calls on one connection', Array.new(100) { call('port') }.uniq.length, 1
    # Each has a connection that it closes.
    equal 'asynchronous calls', Array.new(3) { $client.call_async('port') }.uniq.length, 3
    equal 'which it says', $client.call_async('header', 'connection'), 'close'
    threads = Array.new(8) { |n| Thread.new { Array.new(20) { |m| $client.call_async('add', n, m) } } }
    equal 'of many threads', threads.map(&:value), Array.new(8) { |n| Array.new(20) { |m| n + m } }
  end

  def compression
    equal 'it asks for gzip', call('header', 'accept-encoding'), 'gzip;q=1.0,deflate;q=0.6,identity;q=0.3'
    equal 'a large reply comes', call('repeat', 'ab', 10_000), 'ab' * 10_000
    equal 'as gzip', call('previous_encoding'), 'gzip'
    equal 'a small one as it is', call('previous_encoding'), ''
    $client.http_header_extra = { 'Accept-Encoding' => 'identity' }
    equal 'and a large one to who does not ask', call('repeat', 'ab', 10_000), 'ab' * 10_000
    equal 'comes as it is', call('previous_encoding'), ''
  end
end

def call(method, *arguments)
  $client.call(method, *arguments)
end

def echoed(method, value)
  equal "#{method} of #{shown(value)}", call(method, value), value
end

# `describe` tells what the server read, so that two mistakes cannot undo each other.
def both_ways(value, described)
  equal "#{shown(value)} is read", call('describe', value), described
  echoed('echo', value)
end

def equal(check, got, want)
  got, want = shown(got), shown(want)
  report(check, got == want, got, want)
end

def fault(check, code, text)
  got = yield
  report(check, false, shown(got), "fault #{code}")
rescue XMLRPC::FaultException => error
  report(check, error.faultCode == code && text.match?(error.faultString), error.to_h, "#{code} #{text}")
end

def raises(check, kind, text)
  got = yield
  report(check, false, shown(got), kind)
rescue StandardError => error
  report(check, error.instance_of?(kind) && text.match?(error.message), error.inspect, "#{kind} #{text}")
end

def report(check, ok, got, want)
  check, got, want = [check, got, want].map { |text| text.to_s.length > 400 ? "#{text.to_s[0, 300]}..." : text.to_s }
  puts JSON.generate({ check: check, ok: ok, got: got, want: want })
end

# A text that differs where values or their types do.
def shown(value)
  case value
  when XMLRPC::Base64 then shown(value.decoded.b)
  # It gives bytes as a string that is not text.
  when ->(text) { text.is_a?(String) && text.encoding == Encoding::BINARY } then "bytes #{value.unpack1('H*')}"
  when XMLRPC::DateTime then "DateTime(#{value.to_a.join(' ')})"
  when Hash then "{#{value.map { |name, member| "#{name.inspect}: #{shown(member)}" }.join(', ')}}"
  when Array then "[#{value.map { |item| shown(item) }.join(', ')}]"
  else value.inspect
  end
end

# The switches of this library are constants.
def configured(switch)
  before = XMLRPC::Config.send(:remove_const, switch)
  XMLRPC::Config.const_set(switch, true)
  yield
ensure
  XMLRPC::Config.send(:remove_const, switch)
  XMLRPC::Config.const_set(switch, before)
end

def stooges(moe, larry, curly)
  { 'moe' => moe, 'larry' => larry, 'curly' => curly }
end

def everything
  {
    'int' => 1, 'text' => '<&>', 'yes' => true, 'half' => 0.5, 'date' => date(1998, 7, 17, 14, 8, 55),
    'bytes' => base64("\0\xff"), 'list' => [1, 'two', [3]], 'inner' => { '' => {}, 'x y' => [] }
  }
end

def date(*parts)
  XMLRPC::DateTime.new(*parts)
end

def base64(bytes)
  XMLRPC::Base64.new(bytes)
end

$client = XMLRPC::Client.new2("#{URL}/RPC2")
Features.send(FEATURE)

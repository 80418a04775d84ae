# Ruby's own server on WEBrick with methods to call: `server.rb [--extended] [--no-system]`, with what the
# specification does not have allowed, and without the methods of `system`. Prints {"port": N} when it listens, serves
# until its stdin closes.

require "webrick"
require "xmlrpc/server"

if ARGV.include?("--extended")
  XMLRPC::Config.module_eval do
    %i[ENABLE_NIL_CREATE ENABLE_NIL_PARSER ENABLE_BIGINT].each do |option|
      remove_const(option)
      const_set(option, true)
    end
  end
end

# What the server saw, in words that are the same for all servers.
def describe(value)
  case value
  when nil then "nil"
  when true then "boolean 1"
  when false then "boolean 0"
  when Integer then "int #{value}"
  when Float then "double #{hex([value].pack("G"))}"
  when XMLRPC::DateTime then "dateTime #{format("%.4d%02d%02dT%02d:%02d:%02d", *value.to_a)}"
  when String then "string #{hex(value)}"
  when Array then "array[#{value.map { |element| describe(element) }.join(", ")}]"
  when Hash then "struct{#{value.map { |name, member| "#{hex(name)}: #{describe(member)}" }.sort.join(", ")}}"
  end
end

def hex(bytes)
  bytes.unpack1("H*")
end

EVERY_TYPE = {
  "int" => -2**31,
  "boolean" => true,
  "double" => 0.1,
  "string" => " a\tb\n<&> é😀 ",
  "symbol" => :name,
  "base64" => XMLRPC::Base64.new((0..255).to_a.pack("C*")),
  "dateTime" => XMLRPC::DateTime.new(2024, 2, 29, 12, 34, 56),
  "time" => Time.utc(2024, 2, 29, 12, 34, 56),
  "array" => [1, [], ["two"]],
  "struct" => { "b" => 1, "" => {} }
}.freeze

server = XMLRPC::WEBrickServlet.new
server.add_handler("add", [%w[int int int], %w[double double double]], "Adds two numbers.") { |a, b| a + b }
server.add_handler("echo") { |value| value }
server.add_handler("echo_bytes") { |value| XMLRPC::Base64.new(value) }
server.add_handler("describe") { |value| describe(value) }
server.add_handler("every_type") { EVERY_TYPE }
server.add_handler("nothing") { nil }
server.add_handler("fail") { |code, string| raise XMLRPC::FaultException.new(code, string) }
server.add_handler("crash") { raise ArgumentError, "for no reason" }
unless ARGV.include?("--no-system")
  server.add_introspection
  server.add_multicall
end

http = WEBrick::HTTPServer.new(Port: 0, BindAddress: "127.0.0.1", Logger: WEBrick::Log.new(File::NULL), AccessLog: [])
http.mount("/RPC2", server)

Thread.new do
  $stdin.read
  exit!
end
puts %({"port": #{http.config[:Port]}})
$stdout.flush
http.start

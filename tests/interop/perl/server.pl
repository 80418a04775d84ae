# RPC::XML's own server with methods to call: `server.pl [--no-system]`, without the methods of `system`. Prints
# {"port": N} when it listens, serves until its stdin closes.

use strict;
use warnings;

use RPC::XML qw(:types);
use RPC::XML::Server;

# Its default is US-ASCII, which it does not keep to: whatever is not ASCII would go out undeclared.
$RPC::XML::ENCODING = 'utf-8';
$RPC::XML::ALLOW_NIL = 1;

# A method is given plain Perl values, which have no types, and what it returns is guessed at. This kind is given what
# was read as it was read, and says itself what it returns.
package Typed {
    use parent -norequire, 'RPC::XML::Procedure';

    sub call {
        my ($self, $server, @arguments) = @_;
        return $self->{code}->(@arguments);
    }
}

my $no_system = grep { $_ eq '--no-system' } @ARGV;
my $server = RPC::XML::Server->new(host => '127.0.0.1', path => '/RPC2', no_default => $no_system);
ref $server or die $server;

$server->add_method(Typed->new({ name => 'echo', signature => ['array'], code => sub { $_[0] } }));
$server->add_method(
    Typed->new({ name => 'describe', signature => ['array'], code => sub { RPC_STRING(describe($_[0])) } }));
$server->add_procedure({
    name => 'guess',
    signature => [map { "$_ $_" } qw(int i8 boolean double string dateTime.iso8601 base64 struct array nil)],
    # A reference is typed by what it holds, anything else by the signature.
    code => sub { RPC::XML::smart_encode($_[0]) },
});
$server->add_procedure({
    name => 'add',
    signature => ['int int int', 'double double double'],
    help => 'Adds two numbers.',
    code => sub { $_[0] + $_[1] },
});
$server->add_procedure({
    name => 'fail',
    signature => ['string int string'],
    code => sub { die RPC::XML::fault->new(@_) },
});
$server->add_procedure({ name => 'die', signature => ['string'], code => sub { die "for no reason\n" } });
$server->add_procedure({ name => 'every_type', signature => ['struct'], code => \&every_type });

# What the server saw, in words that are the same for all servers.
sub describe {
    my ($value) = @_;
    my $type = $value->type;
    if ($type eq 'array') {
        return 'array[' . join(', ', map { describe($_) } @$value) . ']';
    }
    if ($type eq 'struct') {
        return 'struct{' . join(', ', sort map { hex_of($_) . ': ' . describe($value->{$_}) } keys %$value) . '}';
    }
    return $type if $type eq 'nil';
    return 'string ' . hex_of($value->value) if $type eq 'string';
    return 'base64 ' . unpack('H*', $value->value) if $type eq 'base64';
    return 'double ' . unpack('H*', pack 'd>', $value->value) if $type eq 'double';
    $type = 'int' if $type =~ /^i[48]$/;
    $type = 'dateTime' if $type eq 'dateTime.iso8601';
    return "$type " . $value->value;
}

sub hex_of {
    my ($text) = @_;
    utf8::encode($text);
    return unpack 'H*', $text;
}

sub every_type {
    return {
        int => RPC_INT(-2147483648),
        i4 => RPC_I4(7),
        i8 => RPC_I8('-9223372036854775808'),
        boolean => RPC_BOOLEAN('true'),
        double => RPC_DOUBLE(0.1),
        string => RPC_STRING(" a\tb\n<&> \x{e9}\x{1f600} "),
        base64 => RPC_BASE64(join '', map { chr } 0 .. 255),
        dateTime => RPC_DATETIME_ISO8601('20240229T12:34:56'),
        array => [1, [], ['two']],
        struct => { b => 1, '' => {} },
        nil => RPC_NIL,
    };
}

# The loop below waits for connections only.
my $loop = $$;
if (!fork) {
    1 while <STDIN>;
    kill KILL => $loop if getppid == $loop;
    exit;
}
$| = 1;
print '{"port": ', $server->port, "}\n";
$server->server_loop;

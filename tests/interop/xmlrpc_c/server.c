/* xmlrpc-c's server on Abyss with methods to call: `server [--apache]`, which writes extensions as Apache's library
   does. Prints {"port": N} when it listens, serves until its stdin closes. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <xmlrpc-c/base.h>
#include <xmlrpc-c/server.h>
#include <xmlrpc-c/server_abyss.h>

static void describe(xmlrpc_env *env, xmlrpc_value *value, FILE *out);

static xmlrpc_value *add(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call) {
  xmlrpc_int32 a, b;
  xmlrpc_decompose_value(env, params, "(ii)", &a, &b);
  return env->fault_occurred ? NULL : xmlrpc_int_new(env, a + b);
}

static xmlrpc_value *echo(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call) {
  xmlrpc_value *value;
  xmlrpc_decompose_value(env, params, "(V)", &value);
  return env->fault_occurred ? NULL : value;
}

static xmlrpc_value *described(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call) {
  xmlrpc_value *value, *result;
  xmlrpc_decompose_value(env, params, "(V)", &value);
  if (env->fault_occurred) {
    return NULL;
  }
  char *text;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  describe(env, value, out);
  fclose(out);
  result = xmlrpc_string_new_lp(env, length, text);
  free(text);
  xmlrpc_DECREF(value);
  return result;
}

static xmlrpc_value *every_type(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call) {
  unsigned char bytes[256];
  for (int byte = 0; byte < 256; byte++) {
    bytes[byte] = byte;
  }
  return xmlrpc_build_value(env, "{s:i,s:I,s:b,s:d,s:s,s:6,s:8,s:(i()(s)),s:{s:i,s:{}},s:n}",
      "int", (xmlrpc_int32)INT32_MIN,
      "i8", (xmlrpc_int64)INT64_MIN,
      "boolean", (xmlrpc_bool)1,
      "double", 0.1,
      "string", " a\tb\n<&> é漢 ",
      "base64", bytes, sizeof(bytes),
      "dateTime", "20240229T12:34:56",
      "array", (xmlrpc_int32)1, "two",
      "struct", "b", (xmlrpc_int32)1, "",
      "nil");
}

static xmlrpc_value *fail(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call) {
  xmlrpc_int32 code;
  const char *string;
  xmlrpc_decompose_value(env, params, "(is)", &code, &string);
  if (!env->fault_occurred) {
    xmlrpc_env_set_fault(env, code, string);
    free((void *)string);
  }
  return NULL;
}

static void print_hex(FILE *out, const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    fprintf(out, "%02x", ((const unsigned char *)bytes)[i]);
  }
}

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void describe_struct(xmlrpc_env *env, xmlrpc_value *value, FILE *out) {
  int size = xmlrpc_struct_size(env, value);
  char **members = calloc(size + 1, sizeof(*members));
  for (int i = 0; i < size; i++) {
    xmlrpc_value *name, *member;
    const char *text;
    size_t length;
    FILE *one = open_memstream(&members[i], &length);
    xmlrpc_struct_read_member(env, value, i, &name, &member);
    xmlrpc_read_string_lp(env, name, &length, &text);
    print_hex(one, text, length);
    fputs(": ", one);
    describe(env, member, one);
    fclose(one);
    free((void *)text);
    xmlrpc_DECREF(name);
    xmlrpc_DECREF(member);
  }
  qsort(members, size, sizeof(*members), compare);
  fputs("struct{", out);
  for (int i = 0; i < size; i++) {
    fprintf(out, "%s%s", i ? ", " : "", members[i]);
    free(members[i]);
  }
  fputs("}", out);
  free(members);
}

static void describe_array(xmlrpc_env *env, xmlrpc_value *value, FILE *out) {
  int size = xmlrpc_array_size(env, value);
  fputs("array[", out);
  for (int i = 0; i < size; i++) {
    xmlrpc_value *element;
    xmlrpc_array_read_item(env, value, i, &element);
    fputs(i ? ", " : "", out);
    describe(env, element, out);
    xmlrpc_DECREF(element);
  }
  fputs("]", out);
}

/* What the server saw, in words that are the same for all servers. */
static void describe(xmlrpc_env *env, xmlrpc_value *value, FILE *out) {
  xmlrpc_int32 number;
  xmlrpc_int64 wide;
  xmlrpc_bool flag;
  double real;
  const char *text;
  const unsigned char *bytes;
  size_t length;
  uint64_t bits;
  switch (xmlrpc_value_type(value)) {
  case XMLRPC_TYPE_INT:
    xmlrpc_read_int(env, value, &number);
    fprintf(out, "int %" PRId32, number);
    break;
  case XMLRPC_TYPE_I8:
    xmlrpc_read_i8(env, value, &wide);
    fprintf(out, "int %" PRId64, (int64_t)wide);
    break;
  case XMLRPC_TYPE_BOOL:
    xmlrpc_read_bool(env, value, &flag);
    fprintf(out, "boolean %d", flag);
    break;
  case XMLRPC_TYPE_DOUBLE:
    xmlrpc_read_double(env, value, &real);
    memcpy(&bits, &real, sizeof(bits));
    fprintf(out, "double %016" PRIx64, bits);
    break;
  case XMLRPC_TYPE_DATETIME:
    xmlrpc_read_datetime_str(env, value, &text);
    fprintf(out, "dateTime %s", text);
    free((void *)text);
    break;
  case XMLRPC_TYPE_STRING:
    xmlrpc_read_string_lp(env, value, &length, &text);
    fputs("string ", out);
    print_hex(out, text, length);
    free((void *)text);
    break;
  case XMLRPC_TYPE_BASE64:
    xmlrpc_read_base64(env, value, &length, &bytes);
    fputs("base64 ", out);
    print_hex(out, bytes, length);
    free((void *)bytes);
    break;
  case XMLRPC_TYPE_ARRAY:
    describe_array(env, value, out);
    break;
  case XMLRPC_TYPE_STRUCT:
    describe_struct(env, value, out);
    break;
  case XMLRPC_TYPE_NIL:
    fputs("nil", out);
    break;
  default:
    xmlrpc_env_set_fault(env, 1, "a value of no known type");
  }
}

static void *end_with_stdin(void *nothing) {
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  _exit(0);
}

int main(int count, char **arguments) {
  struct xmlrpc_method_info3 methods[] = {
    {.methodName = "add", .methodFunction = add, .signatureString = "i:ii", .help = "Adds two numbers."},
    {.methodName = "echo", .methodFunction = echo},
    {.methodName = "describe", .methodFunction = described},
    {.methodName = "every_type", .methodFunction = every_type, .signatureString = "S:"},
    {.methodName = "fail", .methodFunction = fail, .signatureString = "s:is"},
  };
  xmlrpc_env env;
  xmlrpc_env_init(&env);
  xmlrpc_registry *registry = xmlrpc_registry_new(&env);
  for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
    xmlrpc_registry_add_method3(&env, registry, &methods[i]);
  }
  if (count > 1 && !strcmp(arguments[1], "--apache")) {
    xmlrpc_registry_set_dialect(&env, registry, xmlrpc_dialect_apache);
  }

  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof(address);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 16)
      || getsockname(listener, (struct sockaddr *)&address, &size)) {
    perror("no port");
    return 1;
  }
  pthread_t watcher;
  pthread_create(&watcher, NULL, end_with_stdin, NULL);
  printf("{\"port\": %d}\n", ntohs(address.sin_port));
  fflush(stdout);

  xmlrpc_server_abyss_parms settings = {.registryP = registry, .socket_bound = 1, .socket_handle = listener};
  xmlrpc_server_abyss(&env, &settings, XMLRPC_APSIZE(socket_handle));
  fprintf(stderr, "%s\n", env.fault_string);
  return 1;
}

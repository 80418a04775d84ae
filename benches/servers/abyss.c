/* xmlrpc-c's server on Abyss: prints its address, and ends when its standard input does. */

#include <arpa/inet.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <xmlrpc-c/base.h>
#include <xmlrpc-c/server.h>
#include <xmlrpc-c/server_abyss.h>

static xmlrpc_value *add(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call)
{
    xmlrpc_int32 a, b;
    xmlrpc_decompose_value(env, params, "(ii)", &a, &b);
    return env->fault_occurred ? NULL : xmlrpc_int_new(env, a + b);
}

static xmlrpc_value *echo(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call)
{
    xmlrpc_value *value;
    xmlrpc_decompose_value(env, params, "(V)", &value);
    return env->fault_occurred ? NULL : value;
}

static void *end_with_stdin(void *nothing)
{
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    _exit(0);
}

int main(void)
{
    struct xmlrpc_method_info3 methods[] = {
        {.methodName = "add", .methodFunction = add},
        {.methodName = "echo", .methodFunction = echo},
    };
    xmlrpc_env env;
    xmlrpc_env_init(&env);
    xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, 16 << 20);
    xmlrpc_registry *registry = xmlrpc_registry_new(&env);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        xmlrpc_registry_add_method3(&env, registry, &methods[i]);
    }

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 128)
        || getsockname(listener, (struct sockaddr *)&address, &size)) {
        perror("no port");
        return 1;
    }
    pthread_t watcher;
    pthread_create(&watcher, NULL, end_with_stdin, NULL);
    printf("127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);

    /* Without these it has 15 connections at a time, and ends each after 30 calls. */
    xmlrpc_server_abyss_parms settings = {
        .registryP = registry,
        .socket_bound = 1,
        .socket_handle = listener,
        .uri_path = "/",
        .keepalive_max_conn = INT_MAX,
        .max_conn = 512,
        .max_conn_backlog = 128,
    };
    xmlrpc_server_abyss(&env, &settings, XMLRPC_APSIZE(max_conn_backlog));
    fprintf(stderr, "%s\n", env.fault_string);
    return 1;
}

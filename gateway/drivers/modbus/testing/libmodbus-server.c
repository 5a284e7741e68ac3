/*
 * A Modbus server on libmodbus, for tests: units 1, 2 and 17 with registers of their own, over TCP or a serial device.
 *   libmodbus-server tcp          prints the port it took
 *   libmodbus-server rtu DEVICE   prints 0 when it listens
 */
#include <errno.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REGISTERS 200

static const int UNITS[] = {1, 2, 17};
static modbus_mapping_t *mappings[3];

static modbus_mapping_t *mapping_of(int unit) {
  for (int at = 0; at < 3; at++)
    if (UNITS[at] == unit) return mappings[at];
  return NULL;
}

static void serve(modbus_t *context) {
  uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
  int unit_at = modbus_get_header_length(context) - 1;
  for (;;) {
    int length = modbus_receive(context, query);
    if (length == -1 && (errno == ECONNRESET || errno == EBADF || errno == EPIPE)) return;
    if (length <= 0) continue;
    modbus_mapping_t *mapping = mapping_of(query[unit_at]);
    if (mapping != NULL) {
      modbus_set_slave(context, query[unit_at]);
      modbus_reply(context, query, length, mapping);
    }
  }
}

int main(int argc, char **argv) {
  for (int at = 0; at < 3; at++) {
    mappings[at] = modbus_mapping_new(20, 20, REGISTERS, REGISTERS);
    for (int address = 0; address < REGISTERS; address++) {
      mappings[at]->tab_registers[address] = (uint16_t)(UNITS[at] * 1000 + address);
      mappings[at]->tab_input_registers[address] = (uint16_t)(UNITS[at] * 1000 + address);
    }
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc == 3 && strcmp(argv[1], "rtu") == 0) {
    modbus_t *context = modbus_new_rtu(argv[2], 9600, 'N', 8, 1);
    /* A slave of libmodbus hears one unit; unit 17 is the one asked through the line. */
    modbus_set_slave(context, 17);
    if (modbus_connect(context) == -1) return 1;
    printf("0\n");
    serve(context);
    return 0;
  }
  modbus_t *context = modbus_new_tcp("127.0.0.1", 0);
  int listening = modbus_tcp_listen(context, 4);
  if (listening == -1) return 1;
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  getsockname(listening, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  for (;;) {
    modbus_tcp_accept(context, &listening);
    serve(context);
    close(modbus_get_socket(context));
  }
}

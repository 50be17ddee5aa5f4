package io.powerpool.app;

/**
 * What a demonstration is to do.
 *
 * @param address where miners and browsers connect
 * @param port for miners
 * @param monitorPort for browsers
 * @param blocks to be accepted until it is done; 0 if it never is
 */
record DemoOptions(String address, int port, int monitorPort, int blocks) {

  /** How people on this machine reach it. */
  String reachableAddress() {
    return address.equals("0.0.0.0") ? "127.0.0.1" : address;
  }
}

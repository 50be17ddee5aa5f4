package io.powerpool.devchain;

/** An error answer of JSON-RPC: a number of Bitcoin Core's and its text. Without stack trace. */
final class RpcException extends Exception {

  static final int MISC_ERROR = -1;
  static final int TYPE_ERROR = -3;
  static final int INVALID_ADDRESS_OR_KEY = -5;
  static final int INVALID_PARAMETER = -8;
  static final int CLIENT_NOT_CONNECTED = -9;
  static final int DESERIALIZATION_ERROR = -22;
  static final int VERIFY_ERROR = -25;
  static final int VERIFY_REJECTED = -26;
  static final int INVALID_REQUEST = -32600;
  static final int METHOD_NOT_FOUND = -32601;
  static final int PARSE_ERROR = -32700;

  private static final long serialVersionUID = 1;

  private final int code;

  RpcException(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The HTTP status that goes with it. */
  int status() {
    return switch (code) {
      case INVALID_REQUEST -> 400;
      case METHOD_NOT_FOUND -> 404;
      default -> 500;
    };
  }
}

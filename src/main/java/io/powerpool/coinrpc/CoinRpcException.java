package io.powerpool.coinrpc;

/**
 * A call to a coin server that brought no result. Carries no stack trace: a server that is away is
 * an everyday event, and the message says which server, which method and why.
 */
public final class CoinRpcException extends RuntimeException {

  /** What went wrong, as far as the caller should act differently. */
  public enum Kind {
    /** No connection, or it broke before the reply was complete. */
    CONNECTION,
    /** No complete reply within the time allowed. */
    TIMEOUT,
    /** Wrong or missing credentials, or an address that the server does not admit. */
    UNAUTHORIZED,
    /** The server understood the call and refused it; {@link #code()} says why. */
    RPC,
    /** A reply that is no JSON-RPC, is not ours, is too large, or lacks what it must have. */
    MALFORMED
  }

  /** Bitcoin's RPC_CLIENT_NOT_CONNECTED: the node has no peer and gives no work. */
  public static final int NOT_CONNECTED = -9;

  /** Bitcoin's RPC_CLIENT_IN_INITIAL_DOWNLOAD: the node is still catching up. */
  public static final int IN_INITIAL_DOWNLOAD = -10;

  /** Bitcoin's RPC_IN_WARMUP: the node is starting. */
  public static final int IN_WARMUP = -28;

  /** Bitcoin's RPC_INVALID_ADDRESS_OR_KEY, also said of an unknown block. */
  public static final int NOT_FOUND = -5;

  /** Bitcoin's RPC_INVALID_PARAMETER, also said of work for merged mining that is unknown. */
  public static final int INVALID_PARAMETER = -8;

  /** Bitcoin's RPC_METHOD_NOT_FOUND. */
  public static final int METHOD_NOT_FOUND = -32601;

  private final Kind kind;
  private final int code;

  private CoinRpcException(Kind kind, int code, String message, Throwable cause) {
    super(message, cause, false, false);
    this.kind = kind;
    this.code = code;
  }

  /** A failure of any kind but {@link Kind#RPC}. */
  public static CoinRpcException of(Kind kind, String message) {
    return new CoinRpcException(kind, 0, message, null);
  }

  /** A failure of any kind but {@link Kind#RPC}, with what caused it. */
  public static CoinRpcException of(Kind kind, String message, Throwable cause) {
    return new CoinRpcException(kind, 0, message, cause);
  }

  /** The server's own refusal. */
  public static CoinRpcException refused(int code, String message) {
    return new CoinRpcException(Kind.RPC, code, "error " + code + ": " + message, null);
  }

  /** The same failure, with the server and the method in front of its message. */
  CoinRpcException within(String server, String method) {
    return new CoinRpcException(
        kind, code, server + " " + method + ": " + getMessage(), getCause());
  }

  public Kind kind() {
    return kind;
  }

  /** The server's error code (negative as a rule), 0 unless the kind is {@link Kind#RPC}. */
  public int code() {
    return code;
  }

  /**
   * Whether the server itself is the trouble, so that another should be asked and this one left.
   */
  public boolean serverIsDown() {
    return kind != Kind.RPC || code == IN_WARMUP;
  }

  /** Why a call brought nothing, for people: what a well-known refusal means, too. */
  public static String words(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof CoinRpcException refusal) {
      if (refusal.code == NOT_CONNECTED) {
        return "the server has no peers and gives no work (" + message + ")";
      } else if (refusal.code == IN_INITIAL_DOWNLOAD) {
        return "the server is still catching up with the chain (" + message + ")";
      }
    }
    return message;
  }
}

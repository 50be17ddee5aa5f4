package io.powerpool.devchain;

import io.powerpool.bitcoin.Hash256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * The positional parameters of a call, with the complaints of Bitcoin Core where they are wrong.
 */
final class RpcParams {

  private final String method;
  private final JsonArray values;

  RpcParams(String method, JsonArray values) {
    this.method = method;
    this.values = values;
  }

  boolean has(int index) {
    return index < values.size() && values.getValue(index) != null;
  }

  String string(int index, String name) throws RpcException {
    return typed(index, name, String.class, "a string");
  }

  String string(int index, String name, String otherwise) throws RpcException {
    return has(index) ? string(index, name) : otherwise;
  }

  JsonObject object(int index, String name) throws RpcException {
    return has(index) ? typed(index, name, JsonObject.class, "an object") : new JsonObject();
  }

  int integer(int index, String name, int min, int max) throws RpcException {
    Number number = typed(index, name, Number.class, "an integer");
    long value = number.longValue();
    if (value != number.doubleValue()) {
      throw new RpcException(RpcException.MISC_ERROR, "JSON value is not an integer as expected");
    }
    if (value < min || value > max) {
      throw new RpcException(
          RpcException.INVALID_PARAMETER, name + " must be from " + min + " to " + max);
    }
    return (int) value;
  }

  /** A detail level: 0 or 1, which may be spelled false or true. */
  int verbosity(int index, int otherwise) throws RpcException {
    if (!has(index)) {
      return otherwise;
    }
    if (values.getValue(index) instanceof Boolean verbose) {
      return verbose ? 1 : 0;
    }
    return integer(index, "verbosity", 0, 1);
  }

  Hash256 hash(int index, String name) throws RpcException {
    String text = string(index, name);
    if (text.length() != 2 * Hash256.SIZE) {
      throw new RpcException(
          RpcException.INVALID_PARAMETER,
          name + " must be of length 64 (not " + text.length() + ", for '" + text + "')");
    }
    try {
      return Hash256.ofDisplayHex(text);
    } catch (IllegalArgumentException e) {
      throw new RpcException(
          RpcException.INVALID_PARAMETER,
          name + " must be hexadecimal string (not '" + text + "')");
    }
  }

  private <T> T typed(int index, String name, Class<T> type, String what) throws RpcException {
    if (index >= values.size()) {
      throw new RpcException(
          RpcException.MISC_ERROR, method + ": parameter " + name + " is missing");
    }
    Object value = values.getValue(index);
    if (!type.isInstance(value)) {
      throw new RpcException(RpcException.MISC_ERROR, "JSON value is not " + what + " as expected");
    }
    return type.cast(value);
  }
}

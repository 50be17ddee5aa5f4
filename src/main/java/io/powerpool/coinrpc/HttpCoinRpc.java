package io.powerpool.coinrpc;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.merged.AuxWork;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coin server over HTTP. Ordinary calls share a pool of kept-alive connections; a long poll has a
 * connection of its own, so that it neither waits for another call nor keeps one waiting.
 */
public final class HttpCoinRpc implements CoinRpc {

  /** Nodes answer a long poll after 60 to 120 s at the latest if the memory pool changes. */
  private static final Duration LONG_POLL_TIMEOUT = Duration.ofMinutes(10);

  /** A node checks the whole block before it answers; a time-out here would decide nothing. */
  private static final Duration SHORTEST_BLOCK_TIMEOUT = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(HttpCoinRpc.class);

  private final Vertx vertx;
  private final CoinServerOptions options;
  private final RpcCredentials credentials;
  private final JsonRpcChannel calls;
  private JsonRpcChannel longPoll;
  private Future<BlockTemplate> awaiting;
  private boolean onlyGetAuxBlock;

  public HttpCoinRpc(Vertx vertx, CoinServerOptions options) {
    this.vertx = vertx;
    this.options = options;
    this.credentials = new RpcCredentials(vertx, options);
    this.calls = new JsonRpcChannel(vertx, options, credentials, options.maxConnections());
  }

  @Override
  public Future<Integer> blockCount() {
    return calls.call(
        "getblockcount", new JsonArray(), options.timeout(), count -> ((Number) count).intValue());
  }

  @Override
  public Future<Hash256> bestBlockHash() {
    return calls.call(
        "getbestblockhash",
        new JsonArray(),
        options.timeout(),
        hash -> Hash256.ofDisplayHex((String) hash));
  }

  @Override
  public Future<BlockTemplate> blockTemplate(TemplateRequest request) {
    return calls.call("getblocktemplate", request.toParams(), options.timeout(), request::read);
  }

  @Override
  public Future<BlockTemplate> awaitTemplate(TemplateRequest request) {
    abandonAwait();
    if (longPoll == null) {
      longPoll = new JsonRpcChannel(vertx, options, credentials, 1);
    }
    awaiting =
        longPoll.call("getblocktemplate", request.toParams(), LONG_POLL_TIMEOUT, request::read);
    return awaiting;
  }

  @Override
  public void abandonAwait() {
    if (awaiting != null && !awaiting.isComplete()) {
      longPoll.close();
      longPoll = null;
    }
    awaiting = null;
  }

  @Override
  public Future<Optional<String>> propose(TemplateRequest request, String blockHex) {
    return calls.call(
        "getblocktemplate",
        request.toProposal(blockHex),
        blockTimeout(),
        answer -> {
          if (answer == null || answer instanceof String) {
            return Optional.ofNullable((String) answer);
          }
          throw new IllegalArgumentException("a template in place of a word");
        });
  }

  @Override
  public Future<Optional<String>> submitBlock(String blockHex) {
    return calls.call(
        "submitblock",
        new JsonArray().add(blockHex),
        blockTimeout(),
        answer -> Optional.ofNullable(answer).map(Object::toString));
  }

  private Duration blockTimeout() {
    return options.timeout().compareTo(SHORTEST_BLOCK_TIMEOUT) > 0
        ? options.timeout()
        : SHORTEST_BLOCK_TIMEOUT;
  }

  @Override
  public Future<AuxWork> auxWork(String address) {
    return orIfUnknown(
        () ->
            calls.call(
                "createauxblock", JsonArray.of(address), options.timeout(), AuxWorkReader::read),
        () -> calls.call("getauxblock", new JsonArray(), options.timeout(), AuxWorkReader::read));
  }

  @Override
  public Future<String> submitAuxBlock(Hash256 hash, String proofHex) {
    JsonArray params = JsonArray.of(hash.toString(), proofHex);
    // Some old nodes say nothing where others say true.
    return orIfUnknown(
        () ->
            calls.call(
                "submitauxblock",
                params,
                blockTimeout(),
                answer -> answer == null ? "true" : answer.toString()),
        () ->
            calls.call(
                "getauxblock",
                params,
                blockTimeout(),
                answer -> answer == null ? "true" : answer.toString()));
  }

  /**
   * The first call, unless the server does not know its method; then, and from then on, the other.
   */
  private <T> Future<T> orIfUnknown(Supplier<Future<T>> call, Supplier<Future<T>> old) {
    if (onlyGetAuxBlock) {
      return old.get();
    }
    return call.get()
        .recover(
            failure ->
                isUnknownMethod(failure)
                    ? old.get().onSuccess(done -> noteOldServer())
                    : Future.failedFuture(failure));
  }

  private void noteOldServer() {
    if (!onlyGetAuxBlock) {
      onlyGetAuxBlock = true;
      log.warn(
          "coin server {} does not know createauxblock: its merged blocks pay the wallet of the"
              + " node, not pool_address",
          options.name());
    }
  }

  private static boolean isUnknownMethod(Throwable failure) {
    return failure instanceof CoinRpcException refusal
        && refusal.code() == CoinRpcException.METHOD_NOT_FOUND;
  }

  @Override
  public Future<BlockPosition> blockPosition(Hash256 blockId) {
    return position("getblockheader", blockId)
        // Of old nodes, as merged chains have many: the whole block tells it as well.
        .recover(
            failure ->
                isUnknownMethod(failure)
                    ? position("getblock", blockId)
                    : Future.failedFuture(failure));
  }

  private Future<BlockPosition> position(String method, Hash256 blockId) {
    return calls.call(
        method,
        new JsonArray().add(blockId.toString()),
        options.timeout(),
        header ->
            new BlockPosition(
                ((JsonObject) header).getInteger("height"),
                ((JsonObject) header).getInteger("confirmations")));
  }

  /** Old nodes know only whole blocks; the header of a merge-mined block is followed by more. */
  @Override
  public Future<byte[]> header(Hash256 blockId) {
    JsonArray params = new JsonArray().add(blockId.toString()).add(false);
    return calls
        .call("getblockheader", params, options.timeout(), HttpCoinRpc::header)
        .recover(
            failure ->
                failure instanceof CoinRpcException refusal
                        && refusal.code() == CoinRpcException.METHOD_NOT_FOUND
                    ? calls.call("getblock", params, options.timeout(), HttpCoinRpc::header)
                    : Future.failedFuture(failure));
  }

  private static byte[] header(Object hex) {
    if (hex instanceof String text && text.length() >= 2 * BlockHeader.SIZE) {
      return Hex.decode(text.substring(0, 2 * BlockHeader.SIZE));
    }
    throw new IllegalArgumentException("a header has at least 160 hexadecimal digits");
  }

  @Override
  public Future<AddressCheck> validateAddress(String address) {
    return calls.call(
        "validateaddress",
        new JsonArray().add(address),
        options.timeout(),
        answer ->
            new AddressCheck(
                ((JsonObject) answer).getBoolean("isvalid"),
                Optional.ofNullable(((JsonObject) answer).getString("scriptPubKey"))));
  }

  @Override
  public Future<Void> close() {
    abandonAwait();
    if (longPoll != null) {
      longPoll.close();
    }
    return calls.close();
  }
}

package io.powerpool.devchain;

import io.powerpool.bitcoin.Address;
import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Script;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A development chain behind Bitcoin's JSON-RPC over HTTP, as a verticle: one event loop owns the
 * chain. Besides the usual methods there are {@code devchain_generate [blocks, address, parent]},
 * which mines blocks on the tip or on another block, and {@code devchain_addtransactions [count]}.
 */
public final class DevChainServer extends AbstractVerticle {

  private static final Logger log = LoggerFactory.getLogger(DevChainServer.class);

  /** Nodes wait so long before they refuse a password, against guessing. */
  private static final int WRONG_PASSWORD_MILLIS = 250;

  private static final int TRAFFIC_TICK_MILLIS = 500;
  private static final int MAX_GENERATED = 10_000;

  /** A call that is answered when there is something new. */
  private static final class LongPoll {
    private final JsonObject request;
    private final Hash256 tip;
    private final String id;
    private final Promise<Object> answer = Promise.promise();
    private boolean contentWithTransactions;

    private LongPoll(JsonObject request, Hash256 tip, String id) {
      this.request = request;
      this.tip = tip;
      this.id = id;
    }
  }

  private final DevChainServerOptions options;
  private final DevChain chain;
  private final InstantSource clock;
  private final Consumer<Hash256> blockNotify;
  private final RpcMethods methods;
  private final byte[] authorization;
  private final List<LongPoll> longPolls = new CopyOnWriteArrayList<>();
  private Hash256 announcedTip;
  private double trafficDue;
  private HttpServer server;
  private volatile int port;

  /**
   * @param chain which from now on belongs to this server
   * @param blockNotify is told each new tip, on the server's event loop, before anybody else
   */
  public DevChainServer(
      DevChainServerOptions options,
      DevChain chain,
      InstantSource clock,
      Consumer<Hash256> blockNotify) {
    this.options = options;
    this.chain = chain;
    this.clock = clock;
    this.blockNotify = blockNotify;
    methods = new RpcMethods(chain, clock.millis());
    announcedTip = chain.tipHash();
    authorization =
        ("Basic "
                + Base64.getEncoder()
                    .encodeToString(
                        (options.user() + ":" + options.password())
                            .getBytes(StandardCharsets.UTF_8)))
            .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void start(Promise<Void> started) {
    server =
        vertx.createHttpServer(
            new HttpServerOptions()
                .setHost(options.host())
                .setPort(options.port())
                .setHandle100ContinueAutomatically(true)
                // Nodes know HTTP 1.1 only.
                .setHttp2ClearTextEnabled(false));
    if (options.transactionsPerSecond() > 0) {
      vertx.setPeriodic(TRAFFIC_TICK_MILLIS, timer -> addTraffic());
    }
    server
        .requestHandler(this::onRequest)
        .listen()
        .onSuccess(listening -> port = listening.actualPort())
        .<Void>mapEmpty()
        .onComplete(started);
  }

  @Override
  public void stop(Promise<Void> stopped) {
    RpcException shuttingDown =
        new RpcException(RpcException.CLIENT_NOT_CONNECTED, "Shutting down");
    longPolls.forEach(poll -> poll.answer.tryFail(shuttingDown));
    server.close().onComplete(stopped);
  }

  /** The port that it listens on, once deployed. */
  public int port() {
    return port;
  }

  /** How many long polls are waiting. */
  int longPollCount() {
    return longPolls.size();
  }

  private void addTraffic() {
    trafficDue += options.transactionsPerSecond() * TRAFFIC_TICK_MILLIS / 1_000;
    int count = (int) trafficDue;
    trafficDue -= count;
    chain.addTraffic(Math.min(count, Math.max(0, options.maxWaiting() - chain.waiting())));
    answerLongPolls();
  }

  private void onRequest(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (!request.path().equals("/") && !request.path().startsWith("/wallet/")) {
      response.setStatusCode(404).end();
    } else if (!request.method().equals(HttpMethod.POST)) {
      response.setStatusCode(405).end("JSONRPC server handles only POST requests");
    } else if (request.getHeader("Authorization") == null) {
      refuse(response);
    } else if (!isAuthorized(request.getHeader("Authorization"))) {
      vertx.setTimer(WRONG_PASSWORD_MILLIS, timer -> refuse(response));
    } else {
      readBody(request);
    }
  }

  private boolean isAuthorized(String header) {
    return MessageDigest.isEqual(authorization, header.getBytes(StandardCharsets.UTF_8));
  }

  private static void refuse(HttpServerResponse response) {
    if (!response.closed()) {
      response.setStatusCode(401).putHeader("WWW-Authenticate", "Basic realm=\"jsonrpc\"").end();
    }
  }

  private void readBody(HttpServerRequest request) {
    Buffer body = Buffer.buffer();
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() > options.maxRequestBytes()) {
            request.handler(null).endHandler(null);
            request
                .response()
                .setStatusCode(413)
                .putHeader("Connection", "close")
                .end()
                .onComplete(sent -> request.connection().close());
          } else {
            body.appendBuffer(chunk);
          }
        });
    request.endHandler(end -> onBody(request.response(), body));
  }

  private void onBody(HttpServerResponse response, Buffer body) {
    Object parsed;
    try {
      parsed = Json.decodeValue(body);
    } catch (DecodeException e) {
      write(
          response, 500, failure(new RpcException(RpcException.PARSE_ERROR, "Parse error"), null));
      return;
    }
    if (parsed instanceof JsonObject call) {
      Object id = call.getValue("id");
      answer(response, call)
          .onSuccess(result -> write(response, 200, reply(result, null, id)))
          .onFailure(
              e -> {
                RpcException fault = toFault(e);
                write(response, fault.status(), failure(fault, id));
              });
    } else if (parsed instanceof JsonArray calls) {
      batch(response, calls);
    } else {
      write(
          response,
          500,
          failure(
              new RpcException(RpcException.PARSE_ERROR, "Top-level object parse error"), null));
    }
  }

  /** Errors of single calls do not show in the status of a batch. */
  private void batch(HttpServerResponse response, JsonArray calls) {
    List<Future<JsonObject>> replies = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      JsonObject call = calls.getValue(i) instanceof JsonObject object ? object : new JsonObject();
      Object id = call.getValue("id");
      replies.add(
          answer(response, call)
              .map(result -> reply(result, null, id))
              .otherwise(e -> failure(toFault(e), id)));
    }
    Future.all(replies)
        .onSuccess(all -> write(response, 200, new JsonArray(all.<JsonObject>list())));
  }

  private Future<Object> answer(HttpServerResponse response, JsonObject call) {
    try {
      Object method = call.getValue("method");
      if (method == null) {
        throw new RpcException(RpcException.INVALID_REQUEST, "Missing method");
      }
      if (!(method instanceof String name)) {
        throw new RpcException(RpcException.INVALID_REQUEST, "Method must be a string");
      }
      Object params = call.getValue("params", new JsonArray());
      if (!(params == null || params instanceof JsonArray)) {
        throw new RpcException(RpcException.INVALID_REQUEST, "Params must be an array");
      }
      JsonArray values = params == null ? new JsonArray() : (JsonArray) params;
      return dispatch(response, name, new RpcParams(name, values));
    } catch (RpcException | RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Object> dispatch(HttpServerResponse response, String method, RpcParams params)
      throws RpcException {
    return switch (method) {
      case "getblocktemplate" -> blockTemplate(response, params.object(0, "template_request"));
      case "devchain_generate" -> generate(params);
      default -> {
        Object result = methods.call(method, params, clock.millis());
        announce();
        yield Future.succeededFuture(result);
      }
    };
  }

  private Future<Object> blockTemplate(HttpServerResponse response, JsonObject request)
      throws RpcException {
    if (methods.isProposal(request)) {
      return Future.succeededFuture(methods.propose(request, clock.millis()));
    }
    methods.checkRules(request);
    if (!(request.getValue("longpollid") instanceof String id)) {
      return Future.succeededFuture(methods.template(request, clock.millis()));
    }
    String watched = id.substring(0, Math.min(2 * Hash256.SIZE, id.length()));
    Hash256 tip = new RpcParams("getblocktemplate", JsonArray.of(watched)).hash(0, "longpollid");
    LongPoll poll = new LongPoll(request, tip, id);
    longPolls.add(poll);
    response.closeHandler(closed -> longPolls.remove(poll));
    vertx.setTimer(
        Math.max(1, options.newsDelay().toMillis()),
        timer -> {
          poll.contentWithTransactions = true;
          answerLongPolls();
        });
    answerLongPolls();
    return poll.answer.future();
  }

  /** Tells a new tip to everybody who waits for one. */
  private void announce() {
    if (!announcedTip.equals(chain.tipHash())) {
      announcedTip = chain.tipHash();
      blockNotify.accept(announcedTip);
    }
    answerLongPolls();
  }

  private void answerLongPolls() {
    List<LongPoll> due = longPolls.stream().filter(this::isDue).toList();
    longPolls.removeAll(due);
    for (LongPoll poll : due) {
      try {
        poll.answer.tryComplete(methods.template(poll.request, clock.millis()));
      } catch (RpcException e) {
        poll.answer.tryFail(e);
      }
    }
  }

  private boolean isDue(LongPoll poll) {
    boolean newTip = !poll.tip.equals(chain.tipHash());
    boolean newTransactions = !poll.id.equals(chain.longPollId());
    return newTip || (poll.contentWithTransactions && newTransactions);
  }

  private Future<Object> generate(RpcParams params) throws RpcException {
    int count = params.integer(0, "blocks", 0, MAX_GENERATED);
    String address = params.string(1, "address", "");
    byte[] script = Script.payToWitness(0, new byte[20]);
    try {
      if (!address.isEmpty()) {
        script = Address.script(address, chain.options().addressFormat());
      }
    } catch (IllegalArgumentException e) {
      throw new RpcException(RpcException.INVALID_ADDRESS_OR_KEY, e.getMessage());
    }
    Optional<BlockEntry> parent = Optional.empty();
    if (params.has(2)) {
      parent = Optional.ofNullable(chain.find(params.hash(2, "parent")));
      if (parent.isEmpty()) {
        throw new RpcException(RpcException.INVALID_ADDRESS_OR_KEY, "Block not found");
      }
    }
    Promise<Object> done = Promise.promise();
    generate(count, script, parent, new JsonArray(), done);
    return done.future();
  }

  /** One block after the other, each solved away from the event loop. */
  private void generate(
      int count, byte[] script, Optional<BlockEntry> parent, JsonArray ids, Promise<Object> done) {
    if (count == 0) {
      done.complete(ids);
      return;
    }
    Candidate candidate = chain.candidate(parent.orElseGet(chain::tip), script, clock.millis());
    vertx
        .executeBlocking(candidate::solve, false)
        .onFailure(done::fail)
        .onSuccess(
            block -> {
              Optional<String> fault = chain.submit(block, clock.millis());
              announce();
              if (fault.isPresent() && !fault.get().equals("inconclusive")) {
                done.fail(new RpcException(RpcException.MISC_ERROR, fault.get()));
                return;
              }
              ids.add(block.header().id().toString());
              generate(count - 1, script, parent.map(old -> entryOf(block)), ids, done);
            });
  }

  private BlockEntry entryOf(Block block) {
    return chain.find(block.header().id());
  }

  private static RpcException toFault(Throwable e) {
    if (e instanceof RpcException fault) {
      return fault;
    }
    log.error("a call failed unexpectedly", e);
    return new RpcException(RpcException.MISC_ERROR, String.valueOf(e.getMessage()));
  }

  private static JsonObject failure(RpcException fault, Object id) {
    return reply(
        null, new JsonObject().put("code", fault.code()).put("message", fault.getMessage()), id);
  }

  private static JsonObject reply(Object result, JsonObject error, Object id) {
    return new JsonObject().put("result", result).put("error", error).put("id", id);
  }

  private static void write(HttpServerResponse response, int status, Object json) {
    if (!response.closed()) {
      response
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(Json.encodeToBuffer(json).appendString("\n"));
    }
  }
}

package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hex;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coinrpc.CoinRpcException;
import io.powerpool.coinrpc.CoinRpcException.Kind;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.coinrpc.TemplateRequest;
import io.powerpool.work.HeaderAssembler;
import io.powerpool.work.Job;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a coin server what it makes of a block of ours that lacks only the proof of work (BIP 23),
 * so that a fault in how blocks are built shows before one is found. Belongs to one event loop.
 */
final class BlockProposal {

  /** How long an answer holds for those who ask: the server checks a whole block each time. */
  private static final long FRESH_MILLIS = 1000;

  private static final String VALID = "valid";

  /** Said of a block without work by servers that look at that first. */
  private static final String HIGH_HASH = "high-hash";

  private static final Logger log = LoggerFactory.getLogger(BlockProposal.class);

  private final Vertx vertx;
  private final Coin coin;
  private final CoinServers servers;
  private final Clock clock;
  private boolean due = true;
  private String result = "";
  private boolean refused;
  private int height;
  private long millis;
  private Future<JsonObject> asking;

  BlockProposal(Vertx vertx, Coin coin, CoinServers servers, Clock clock) {
    this.vertx = vertx;
    this.coin = coin;
    this.servers = servers;
    this.clock = clock;
  }

  /** Whether to ask with the next job: no server has said a final word yet, or one has refused. */
  boolean due() {
    return due || refused;
  }

  /** Why blocks will be refused, in words; empty if nothing is known against them. */
  String trouble() {
    return refused ? "the coin server would refuse our blocks: " + result : "";
  }

  /** The last answer: {@code result} in words, {@code height}, {@code time} in seconds. */
  JsonObject toJson() {
    return result.isEmpty()
        ? new JsonObject()
        : new JsonObject().put("result", result).put("height", height).put("time", millis / 1000);
  }

  /** Asks about a block of this job, unless the last answer is fresh or still to come. */
  Future<JsonObject> ask(Job job, BlockTemplate template) {
    if (asking != null) {
      return asking;
    }
    if (!due() && clock.millis() - millis < FRESH_MILLIS) {
      return Future.succeededFuture(toJson());
    }
    asking =
        vertx
            .executeBlocking(() -> Hex.encode(block(job, template)), false)
            .compose(hex -> servers.call(rpc -> rpc.propose(TemplateRequest.of(coin), hex)))
            .transform(
                answer -> {
                  asking = null;
                  note(job, answer.succeeded() ? of(answer.result()) : of(answer.cause()));
                  return Future.succeededFuture(toJson());
                });
    return asking;
  }

  private byte[] block(Job job, BlockTemplate template) {
    HeaderAssembler assembler = new HeaderAssembler();
    byte[] extranonce1 = new byte[job.extranonce1Size()];
    byte[] header = assembler.assemble(job, extranonce1, 0, job.time(), 0, job.version());
    return coin.family().block(template, header, assembler.coinbase(job, extranonce1, 0));
  }

  private enum Verdict {
    GOOD,
    REFUSED,
    /** It came too late, or nobody could be asked: try again. */
    OPEN,
    /** The servers know no proposals. */
    UNKNOWN
  }

  private record Answer(Verdict verdict, String words) {}

  private static Answer of(Optional<String> word) {
    if (word.isEmpty() || word.get().equals(HIGH_HASH)) {
      return new Answer(Verdict.GOOD, VALID);
    }
    return switch (SubmitAnswer.of(word)) {
      case KNOWN, UNDECIDED, STALE -> new Answer(Verdict.OPEN, word.get());
      default -> new Answer(Verdict.REFUSED, word.get());
    };
  }

  private static Answer of(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    boolean reached =
        failure instanceof CoinRpcException refusal
            && (refusal.kind() == Kind.RPC || refusal.kind() == Kind.MALFORMED);
    if (!reached) {
      return new Answer(Verdict.OPEN, message);
    }
    return SubmitAnswer.of(failure) == SubmitAnswer.REJECTED
        ? new Answer(Verdict.REFUSED, message)
        : new Answer(Verdict.UNKNOWN, "not supported: " + message);
  }

  private void note(Job job, Answer answer) {
    boolean news = !answer.words().equals(result);
    due = answer.verdict() == Verdict.OPEN;
    refused = answer.verdict() == Verdict.REFUSED || (refused && due);
    result = answer.words();
    height = job.height();
    millis = clock.millis();
    if (answer.verdict() == Verdict.REFUSED && news) {
      log.error(
          "{}: the coin server would refuse a block of ours at height {}: {}",
          coin.currency(),
          height,
          result);
    } else if (news) {
      log.info("{}: proposed a block at height {}: {}", coin.currency(), height, result);
    }
  }
}

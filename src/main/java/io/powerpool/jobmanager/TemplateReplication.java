package io.powerpool.jobmanager;

import io.powerpool.cluster.Beat;
import io.powerpool.cluster.Leaders;
import io.powerpool.cluster.TemplateCopy;
import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.cluster.WireReader;
import io.powerpool.cluster.WireWriter;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.share.SolvedBlock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the template of each job to every node that may have to build its block: the maker sends
 * it to all, and who has missed it asks. So a block is not lost with the process that made its job.
 * Belongs to one event loop; compresses off it. Without a cluster it does nothing.
 */
final class TemplateReplication {

  /** Of the bus; what was sent has come by then, or is lost. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** A template follows its job so closely that one that is not there by then is asked for. */
  private static final Duration PATIENCE = Duration.ofMillis(200);

  /** A template is no larger than the block and some text around it. */
  private static final int MOST_BYTES = 64 << 20;

  private static final TemplateCodec CODEC = new TemplateCodec();
  private static final Logger log = LoggerFactory.getLogger(TemplateReplication.class);

  private final Vertx vertx;
  private final Topics topics;
  private final String currency;
  private final String node;
  private final TemplateStore templates;
  private final Duration retention;
  private final Clock clock;

  private final MissedTemplates missed;

  /** Jobs whose template is being asked for. */
  private final Set<Long> asked = new HashSet<>();

  /** The last job of which it is told that nobody gives its template. */
  private long told;

  /**
   * @param retention how long a template is kept, and thus may be on some other node
   */
  TemplateReplication(
      Vertx vertx,
      String currency,
      String node,
      TemplateStore templates,
      Duration retention,
      Clock clock) {
    this.vertx = vertx;
    this.topics = Topics.of(vertx);
    this.currency = currency;
    this.node = node;
    this.templates = templates;
    this.retention = retention;
    this.clock = clock;
    this.missed = new MissedTemplates(retention);
  }

  /** Hears and answers from now on. */
  List<Subscription> start() {
    if (!vertx.isClustered()) {
      return List.of();
    }
    return List.of(
        topics.templates(currency).subscribe(this::onCopy),
        topics.template(currency).serve(node, id -> templates.get(id).compose(t -> copy(id, t))));
  }

  /** Sends a template to all others. */
  void send(long jobId, BlockTemplate template) {
    if (vertx.isClustered()) {
      copy(jobId, template)
          .onSuccess(topics.templates(currency)::publish)
          .onFailure(e -> log.error("{}: a template is not sent to others", currency, e));
    }
  }

  /**
   * A job of another node is heard of, for the first time or again: if its template has not come
   * with it, it is asked for, unless it is being asked for already.
   */
  void expect(long jobId) {
    if (templates.recent(jobId).isPresent() || !asked.add(jobId)) {
      return;
    }
    vertx.setTimer(
        PATIENCE.toMillis(),
        fired ->
            templates
                .has(jobId)
                .compose(known -> known ? Future.succeededFuture() : fetch(jobId))
                .onComplete(done -> asked.remove(jobId)));
  }

  private Future<Void> fetch(long jobId) {
    return topics
        .template(currency)
        .ask(jobId, TIMEOUT)
        .onSuccess(this::onCopy)
        .onFailure(
            e -> {
              // It is asked for again each time that the job is repeated.
              if (told != jobId) {
                told = jobId;
                log.warn(
                    "{}: no template of job {} yet, blocks solved on it need another node: {}",
                    currency,
                    Long.toHexString(jobId),
                    e.getMessage());
              }
            })
        .mapEmpty();
  }

  /**
   * The template of a block, from whichever node has it. Fails with {@link NoSuchFileException} if
   * it is gone for good, and otherwise if it may yet be found.
   */
  Future<BlockTemplate> find(SolvedBlock solved) {
    return templates
        .get(solved.jobId())
        .recover(
            missing ->
                vertx.isClustered()
                    ? askOthers(solved.jobId(), others())
                        .recover(nobody -> missed(solved, missing, nobody))
                    : Future.failedFuture(missing))
        .onSuccess(template -> missed.found(solved.hash()));
  }

  private Future<BlockTemplate> missed(SolvedBlock solved, Throwable missing, Throwable nobody) {
    boolean gone = isOld(solved) || missed.isGone(solved.hash(), System.nanoTime());
    return Future.failedFuture(gone ? missing : nobody);
  }

  /** By the clock that it was found by; another node's may be any time ahead or behind. */
  private boolean isOld(SolvedBlock solved) {
    return solved.node().equals(node)
        && clock.millis() - solved.epochMillis() > retention.toMillis();
  }

  private List<String> others() {
    return Leaders.of(vertx).candidates(currency).stream()
        .map(Beat::node)
        .filter(other -> !other.equals(node))
        .distinct()
        .toList();
  }

  private Future<BlockTemplate> askOthers(long jobId, List<String> nodes) {
    if (nodes.isEmpty()) {
      return Future.failedFuture(
          "no node that can be asked has the template of job " + Long.toHexString(jobId));
    }
    return topics
        .template(currency)
        .askNode(nodes.get(0), jobId, TIMEOUT)
        .compose(this::opened)
        .recover(failure -> askOthers(jobId, nodes.subList(1, nodes.size())));
  }

  private void onCopy(TemplateCopy copy) {
    if (templates.recent(copy.jobId()).isPresent()) {
      return;
    }
    opened(copy)
        .onSuccess(
            template -> {
              if (templates.recent(copy.jobId()).isEmpty()) {
                templates.put(copy.jobId(), template);
              }
            })
        .onFailure(e -> log.error("{}: a template of another node is no template", currency, e));
  }

  private Future<TemplateCopy> copy(long jobId, BlockTemplate template) {
    return vertx.executeBlocking(() -> new TemplateCopy(jobId, compress(template)), false);
  }

  private Future<BlockTemplate> opened(TemplateCopy copy) {
    return vertx.executeBlocking(() -> decompress(copy.bytes()), false);
  }

  static byte[] compress(BlockTemplate template) throws IOException {
    Buffer content = Buffer.buffer().appendByte((byte) CODEC.version());
    CODEC.write(template, new WireWriter(content));
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length() / 2 + 64);
      try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
        out.write(content.getBytes());
      }
      return bytes.toByteArray();
    } finally {
      deflater.end();
    }
  }

  static BlockTemplate decompress(byte[] bytes) throws IOException {
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
      byte[] content = in.readNBytes(MOST_BYTES + 1);
      if (content.length > MOST_BYTES) {
        throw new IOException("a template of more than " + MOST_BYTES + " bytes");
      }
      Buffer buffer = Buffer.buffer(content);
      WireReader reader = new WireReader(buffer, 0, buffer.length());
      return CODEC.readVersioned(reader);
    }
  }
}

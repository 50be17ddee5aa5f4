package io.powerpool.devchain;

import io.powerpool.bitcoin.Address;
import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Script;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The methods of merged mining, which a chain that can only be mined alone does not know. Shapes
 * and texts are those of Dogecoin Core 1.14 (rpc/auxpow.cpp).
 */
final class AuxMethods {

  private static final Logger log = LoggerFactory.getLogger(AuxMethods.class);

  /** Stands for a key of the node's wallet. */
  private static final byte[] WALLET = Script.payToWitness(0, new byte[20]);

  private final DevChain chain;
  private final AuxBlocks blocks;

  AuxMethods(DevChain chain) {
    this.chain = chain;
    this.blocks = new AuxBlocks(chain);
  }

  Object call(String method, RpcParams params, long epochMillis) throws RpcException {
    AuxRules rules =
        chain
            .options()
            .aux()
            .orElseThrow(() -> new RpcException(RpcException.METHOD_NOT_FOUND, "Method not found"));
    if (method.equals("createauxblock")) {
      return create(rules, payee(params), epochMillis);
    }
    boolean creates = method.equals("getauxblock") && !params.has(0);
    return creates ? create(rules, WALLET, epochMillis) : submit(params, epochMillis);
  }

  private byte[] payee(RpcParams params) throws RpcException {
    String address = params.string(0, "address");
    try {
      return Address.script(address, chain.options().addressFormat());
    } catch (IllegalArgumentException e) {
      throw new RpcException(RpcException.INVALID_PARAMETER, "Invalid coinbase payout address");
    }
  }

  private JsonObject create(AuxRules rules, byte[] payoutScript, long epochMillis) {
    Block block = blocks.create(payoutScript, epochMillis);
    BlockHeader header = block.header();
    Hash256 target = Hash256.ofDisplayHex(header.bits().toTarget().toString());
    return new JsonObject()
        .put("hash", header.id().toString())
        .put("chainid", rules.chainId())
        .put("previousblockhash", header.previous().toString())
        .put("coinbasevalue", block.transactions().get(0).outputs().get(0).value())
        .put("bits", header.bits().toString())
        .put("height", chain.find(header.previous()).height() + 1)
        // Little-endian, other than in a template.
        .put("target", target.toInternalHex());
  }

  /** True for every block that can be kept; why one cannot, nodes say in their log only. */
  private boolean submit(RpcParams params, long epochMillis) throws RpcException {
    Hash256 hash = params.hash(0, "hash");
    String proof = params.string(1, "auxpow");
    try {
      Optional<String> word = blocks.submit(hash, Hex.decode(proof), epochMillis);
      word.ifPresent(reason -> log.info("block {} with proof: {}", hash, reason));
      return word.isEmpty() || word.get().equals("inconclusive") || word.get().equals("duplicate");
    } catch (IllegalArgumentException e) {
      throw new RpcException(RpcException.MISC_ERROR, e.getMessage());
    }
  }
}

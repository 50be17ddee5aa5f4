package io.powerpool.algorithm.digest;

/**
 * What some functions spend their time with, in plain instructions or in those for vectors. Has
 * scratch memory of its own. Not thread safe.
 */
public interface Rounds {

  /** Without vectors. */
  Rounds PLAIN =
      new Rounds() {
        @Override
        public void cubeHash(int[] state, int rounds) {
          CubeHash.mix(state, rounds);
        }

        @Override
        public void luffa(int[] state) {
          Luffa512.permute(state);
        }
      };

  /** An even number of rounds of CubeHash on its 32 words. */
  void cubeHash(int[] state, int rounds);

  /** All rounds of Luffa on each of its five lanes: eight words, one lane behind the other. */
  void luffa(int[] state);
}

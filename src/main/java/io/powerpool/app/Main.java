package io.powerpool.app;

/** Starts PowerPool. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.out.println("powerpool");
  }
}

package dev.tfliteonnx.cli;

/** Numbers as a person reads them. */
final class Amounts {
    private Amounts() {}

    /** Bytes with the fitting unit; a megabyte is 1,000,000 bytes. */
    static String bytes(long n) {
        if (n < 1_000) {
            return n + " B";
        }
        return n < 999_950 ? tenths(n, 1_000) + " kB" : n < 999_950_000 ? tenths(n, 1_000_000) + " MB" : gigabytes(n);
    }

    /** Nanoseconds as seconds with two decimals. */
    static String seconds(long nanos) {
        long hundredths = (nanos + 5_000_000) / 10_000_000;
        long rest = hundredths % 100;
        return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest + " s";
    }

    /** A count with the word for one or for several. */
    static String count(long n, String one, String several) {
        return n + " " + (n == 1 ? one : several);
    }

    private static String gigabytes(long n) {
        return tenths(n, 1_000_000_000) + " GB";
    }

    private static String tenths(long n, long unit) {
        long tenths = (n + unit / 20) / (unit / 10);
        return tenths / 10 + "." + tenths % 10;
    }
}

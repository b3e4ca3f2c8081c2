package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Einsum: sums of products over the indices that an equation names. Source: Einsum-12, ellipses included. */
final class EinsteinSums {
    private static final Key<String> EQUATION = Key.ofString("equation");

    private EinsteinSums() {}

    static Array einsum(Call call) {
        List<Array> operands = call.inputsFrom(0);
        String equation = call.option(EQUATION, "").replace(" ", "");
        int arrow = equation.indexOf("->");
        List<String> terms = terms(arrow < 0 ? equation : equation.substring(0, arrow), operands);
        Map<Character, Integer> sizes = new TreeMap<>();
        for (int i = 0; i < operands.size(); i++) {
            for (int axis = 0; axis < terms.get(i).length(); axis++) {
                sizes.merge(terms.get(i).charAt(axis), operands.get(i).dim(axis), Math::max);
            }
        }
        String dots = dots(sizes);
        String result = arrow < 0
                ? implicit(terms, dots)
                : equation.substring(arrow + 2).replace("...", dots);
        StringBuilder labels = new StringBuilder(result);
        sizes.keySet().stream().filter(c -> result.indexOf(c) < 0).forEach(labels::append);
        int[] dims = labels.chars().map(c -> sizes.get((char) c)).toArray();
        int[][] strides = new int[operands.size()][];
        for (int i = 0; i < strides.length; i++) {
            strides[i] = strides(operands.get(i), terms.get(i), labels.toString());
        }
        return sum(operands, strides, dims, result.length());
    }

    /** The index names of each operand; the axes of an ellipsis are named 0, 1, … from the last backwards. */
    private static List<String> terms(String left, List<Array> operands) {
        List<String> terms = new ArrayList<>();
        String[] parts = left.split(",", -1);
        if (parts.length != operands.size()) {
            throw new IllegalArgumentException(left + " for " + operands.size() + " operands");
        }
        for (int i = 0; i < parts.length; i++) {
            int hidden = operands.get(i).rank() - parts[i].replace("...", "").length();
            StringBuilder names = new StringBuilder();
            for (int d = hidden - 1; d >= 0; d--) {
                names.append((char) ('0' + d));
            }
            terms.add(parts[i].replace("...", names));
        }
        return terms;
    }

    private static String dots(Map<Character, Integer> sizes) {
        StringBuilder dots = new StringBuilder();
        sizes.keySet().stream().filter(Character::isDigit).forEach(c -> dots.insert(0, c));
        return dots.toString();
    }

    /** Without a right side: the ellipsis, then every name that is there once, in order. */
    private static String implicit(List<String> terms, String dots) {
        StringBuilder once = new StringBuilder(dots);
        String all = String.join("", terms);
        all.chars()
                .sorted()
                .filter(c -> Character.isLetter(c) && all.indexOf(c) == all.lastIndexOf(c))
                .forEach(c -> once.append((char) c));
        return once.toString();
    }

    private static int[] strides(Array operand, String term, String labels) {
        int[] own = Dims.strides(operand.dims());
        int[] strides = new int[labels.length()];
        for (int axis = 0; axis < term.length(); axis++) {
            strides[labels.indexOf(term.charAt(axis))] += operand.dim(axis) == 1 ? 0 : own[axis];
        }
        return strides;
    }

    private static Array sum(List<Array> operands, int[][] strides, int[] dims, int kept) {
        int[] outDims = Dims.slice(dims, 0, kept);
        double[][] in = operands.stream().map(Array::doubles).toArray(double[][]::new);
        int inner = Dims.count(dims, kept, dims.length);
        double[] out = new double[Dims.count(outDims)];
        for (Walk w = new Walk(dims, strides); w.valid(); w.next()) {
            for (int i = 0; i < w.length(); i++) {
                double product = 1;
                for (int t = 0; t < in.length; t++) {
                    product *= in[t][w.offset(t) + i * w.stride(t)];
                }
                out[(w.position() + i) / inner] += product;
            }
        }
        DataType type = operands.get(0).type();
        return Array.ofDoubles(type, outDims, out);
    }
}

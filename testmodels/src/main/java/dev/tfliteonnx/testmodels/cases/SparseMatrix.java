package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.Sparsity;
import java.util.ArrayList;
import java.util.List;

/**
 * A constant matrix of which only some blocks are stored, as DENSIFY takes it.
 *
 * @param type of the elements
 * @param width of the indices
 * @param byColumns whether the levels are walked from columns to rows
 * @param block the extents of a block of rows and columns; {@code [1,1]} is written without blocks
 * @param places which blocks are stored, row by row
 */
record SparseMatrix(
        DataType type, Sparsity.Width width, boolean byColumns, List<Integer> block, List<List<Boolean>> places) {

    static SparseMatrix draw(Draw d) {
        List<List<Boolean>> places = new ArrayList<>();
        int columns = d.in(1, 7);
        int rows = d.in(1, 7);
        for (int i = 0; i < rows; i++) {
            List<Boolean> row = new ArrayList<>();
            for (int j = 0; j < columns; j++) {
                row.add(d.in(0, 2) == 0);
            }
            places.add(row);
        }
        places.get(0).set(0, true); // a constant without elements counts as an input
        List<Integer> block = d.coin() ? List.of(1, 1) : List.of(d.of(1, 2, 4), d.of(2, 4));
        boolean byColumns = block.equals(List.of(1, 1)) && d.coin();
        DataType type = d.of(DataType.FLOAT32, DataType.INT8);
        return new SparseMatrix(type, d.of(Sparsity.Width.values()), byColumns, block, places);
    }

    int rows() {
        return places.size() * block.get(0);
    }

    int columns() {
        return places.get(0).size() * block.get(1);
    }

    String path() {
        StringBuilder path = new StringBuilder(type + "/" + width + (byColumns ? "/byColumns" : "/byRows") + "/blocks"
                + block.get(0) + "x" + block.get(1));
        for (List<Boolean> row : places) {
            path.append('/');
            row.forEach(stored -> path.append(stored ? '1' : '0'));
        }
        return path.toString();
    }

    /** The elements that are stored. */
    Tensor stored(SeededValues random) {
        long count = places.stream().flatMap(List::stream).filter(p -> p).count() * block.get(0) * block.get(1);
        return type.isFloat()
                ? random.floats(-3, 3, count)
                : random.integers(type, type.min(), type.max(), Shape.of(count));
    }

    /** The outer axis whole, the inner one in compressed rows, and those of the blocks whole. */
    Sparsity layout() {
        int outer = byColumns ? places.get(0).size() : places.size();
        int inner = byColumns ? places.size() : places.get(0).size();
        List<Integer> segments = new ArrayList<>(List.of(0));
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < outer; i++) {
            for (int j = 0; j < inner; j++) {
                if (byColumns ? places.get(j).get(i) : places.get(i).get(j)) {
                    indices.add(j);
                }
            }
            segments.add(indices.size());
        }
        Sparsity.Level compressed = new Sparsity.Compressed(ints(segments), ints(indices), width);
        if (block.equals(List.of(1, 1))) {
            Ints order = byColumns ? Ints.of(1, 0) : Ints.of(0, 1);
            return new Sparsity(order, Ints.of(), List.of(new Sparsity.Dense(outer), compressed));
        }
        List<Sparsity.Level> levels = List.of(
                new Sparsity.Dense(outer),
                compressed,
                new Sparsity.Dense(block.get(0)),
                new Sparsity.Dense(block.get(1)));
        return new Sparsity(Ints.of(0, 1, 2, 3), Ints.of(0, 1), levels);
    }

    private static Ints ints(List<Integer> values) {
        return Ints.of(values.stream().mapToLong(v -> v).toArray());
    }
}

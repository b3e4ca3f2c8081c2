package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Cases of tables that are filled once and looked things up in. */
final class TableCases {
    private static final TensorSpec TABLE = TensorSpec.of(DataType.RESOURCE, 1).named("table");

    private TableCases() {}

    static void addTo(CaseList cases) {
        Tensor words = texts("text1", "text5", "text7", "text20", "text33", "text34", "text50", "text51", "text99");
        Tensor numbers = numbers(3, 1, 4, -1, 5, 9, 2, 6, 1L << 40);
        cases.exact("HASHTABLE_FIND/numbers-of-texts", g -> {
            TensorRef table = table(g, words, numbers);
            TensorRef x = g.input(TensorSpec.of(DataType.STRING, 40));
            find(g, table, x, numbers(-7), DataType.INT64);
        });
        cases.exact("HASHTABLE_FIND/texts-of-numbers", g -> {
            TensorRef table = table(g, numbers, words);
            TensorRef x = g.input(TensorSpec.of(DataType.INT64, 4, 5), Values.between(-2, 9));
            find(g, table, x, texts("none"), DataType.STRING);
        });
        cases.exact("HASHTABLE/two-handles", g -> {
            table(g, words, numbers);
            TensorRef again = g.model().op("HASHTABLE", options(words, numbers), TABLE);
            find(g, again, g.input(TensorSpec.of(DataType.STRING, 40)), numbers(5), DataType.INT64);
        });
        cases.exact("HASHTABLE_IMPORT/first-stays", g -> {
            TensorRef table = table(g, words, numbers);
            g.model()
                    .add(OpSpec.of("HASHTABLE_IMPORT", Attributes.NONE)
                            .inputs(table, g.constant(texts("text1")), g.constant(numbers(77))));
            find(g, table, g.input(TensorSpec.of(DataType.STRING, 40)), numbers(0), DataType.INT64);
        });
        cases.exact("HASHTABLE_SIZE/9", g -> {
            TensorRef table = table(g, words, numbers);
            g.op("HASHTABLE_SIZE", Attributes.NONE, TensorSpec.of(DataType.INT64, 1), table);
            g.input(TensorSpec.of(DataType.FLOAT32, 1));
        });
        for (String op : List.of("HASHTABLE_FIND", "HASHTABLE", "HASHTABLE_IMPORT", "HASHTABLE_SIZE")) {
            cases.draw(op, d -> draw(cases, op, d));
        }
    }

    /** Tables in which a key may stand several times: the first of them counts. */
    private static void draw(CaseList cases, String op, Draw d) {
        int count = d.in(1, 30);
        boolean ofTexts = d.coin();
        int[] shape = d.shape(0, 4);
        int imports = d.in(1, 2);
        boolean again = d.coin();
        String name = op + "/" + count + (ofTexts ? "texts" : "numbers") + "/" + Shapes.path(shape) + "/imports"
                + imports + (again ? "/twoHandles" : "");
        cases.exact(name, g -> {
            Tensor keys = ofTexts ? drawnTexts(g, count) : g.random().integers(DataType.INT64, -9, 40, Shape.of(count));
            Tensor values =
                    ofTexts ? g.random().integers(DataType.INT64, -9, 1L << 40, Shape.of(count)) : drawnTexts(g, count);
            TensorRef table = table(g, keys, values);
            for (int i = 1; i < imports; i++) {
                OpSpec more = OpSpec.of("HASHTABLE_IMPORT", Attributes.NONE);
                g.model().add(more.inputs(table, g.constant(values(g, keys)), g.constant(values(g, values))));
            }
            if (again) {
                table = g.model().op("HASHTABLE", options(keys, values), TABLE);
            }
            if (op.equals("HASHTABLE_SIZE")) {
                g.op(op, Attributes.NONE, TensorSpec.of(DataType.INT64, 1), table);
                g.input(TensorSpec.of(DataType.FLOAT32, 1));
            } else {
                TensorSpec x = TensorSpec.of(keys.type(), shape);
                Tensor otherwise = ofTexts ? numbers(-7) : texts("none");
                find(g, table, g.input(x, Values.between(-9, 40)), otherwise, values.type());
            }
        });
    }

    /** Other values of the type of these, as many. */
    private static Tensor values(CaseGraph g, Tensor like) {
        return Values.between(0, 50).draw(g.random(), like.type(), like.shape());
    }

    private static Tensor drawnTexts(CaseGraph g, int count) {
        return Values.anyOf(DataType.STRING).draw(g.random(), DataType.STRING, Shape.of(count));
    }

    private static void find(CaseGraph g, TensorRef table, TensorRef x, Tensor otherwise, DataType type) {
        TensorSpec y = TensorSpec.of(type, x.spec().sizes());
        g.op("HASHTABLE_FIND", Attributes.NONE, y, table, x, g.constant(otherwise));
    }

    private static Attributes options(Tensor keys, Tensor values) {
        return Attributes.of(Tfl.TABLE_ID, 4L).with(Tfl.KEY_DTYPE, keys.type()).with(Tfl.VALUE_DTYPE, values.type());
    }

    private static TensorRef table(CaseGraph g, Tensor keys, Tensor values) {
        Attributes options =
                Attributes.of(Tfl.TABLE_ID, 4L).with(Tfl.KEY_DTYPE, keys.type()).with(Tfl.VALUE_DTYPE, values.type());
        GraphBuilder init = g.model().graph("init");
        TensorRef filled = init.op("HASHTABLE", options, TABLE);
        init.add(OpSpec.of("HASHTABLE_IMPORT", Attributes.NONE)
                .inputs(filled, init.constant("keys", keys), init.constant("values", values)));
        g.model().add(OpSpec.of("CALL_ONCE", Attributes.of(Tfl.INIT_SUBGRAPH_INDEX, (long) init.index())));
        return g.model().op("HASHTABLE", options, TABLE);
    }

    private static Tensor numbers(long... values) {
        return Tensor.ofIntegers(DataType.INT64, Shape.of(values.length), values);
    }

    private static Tensor texts(String... values) {
        List<byte[]> bytes = Arrays.stream(values)
                .map(t -> t.getBytes(StandardCharsets.UTF_8))
                .toList();
        return Tensor.ofStrings(Shape.of(values.length), bytes);
    }
}

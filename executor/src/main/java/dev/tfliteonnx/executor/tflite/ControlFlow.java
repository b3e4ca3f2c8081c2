package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Operators that run other graphs of the model, and variables. */
final class ControlFlow {
    private ControlFlow() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.many("IF", ControlFlow::either)
                .many("WHILE", ControlFlow::loop)
                .many("STABLEHLO_WHILE", ControlFlow::loop)
                .many("STABLEHLO_CASE", ControlFlow::choice)
                .many("CALL", c -> c.run(c.number(Tfl.SUBGRAPH), c.inputsFrom(0)))
                .many("STABLEHLO_COMPOSITE", c -> c.run(c.number(Tfl.DECOMPOSITION_SUBGRAPH_INDEX), c.inputsFrom(0)))
                .many("CALL_ONCE", ControlFlow::callOnce)
                .one("VAR_HANDLE", ControlFlow::varHandle)
                .one("READ_VARIABLE", ControlFlow::readVariable)
                .many("ASSIGN_VARIABLE", ControlFlow::assignVariable);
    }

    /** IF: one graph or the other on the rest of the operands. Source: {@code kernels/if.cc}. */
    static List<Array> either(TfliteCall call) {
        boolean holds = call.in(0).isTrue();
        return call.run(call.number(holds ? Tfl.THEN_SUBGRAPH_INDEX : Tfl.ELSE_SUBGRAPH_INDEX), call.inputsFrom(1));
    }

    /** WHILE: the body as long as the condition holds of what it gave. Source: {@code kernels/while.cc}. */
    static List<Array> loop(TfliteCall call) {
        List<Array> carried = call.inputsFrom(0);
        int condition = call.number(Tfl.COND_SUBGRAPH_INDEX);
        int body = call.number(Tfl.BODY_SUBGRAPH_INDEX);
        while (call.run(condition, carried).get(0).isTrue()) {
            carried = call.run(body, carried);
        }
        return carried;
    }

    /** STABLEHLO_CASE: the graph at an index, the last one if that is out of range. Source: {@code kernels/stablehlo_case.cc}. */
    static List<Array> choice(TfliteCall call) {
        int[] branches = call.option(Tfl.BRANCH_SUBGRAPH_INDICES).toIntArray();
        long index = call.in(0).integer();
        boolean inside = index >= 0 && index < branches.length;
        return call.run(branches[inside ? (int) index : branches.length - 1], call.inputsFrom(1));
    }

    /** CALL_ONCE: a graph that initializes, when it is first met. Source: {@code kernels/call_once.cc}. */
    static List<Array> callOnce(TfliteCall call) {
        int graph = call.number(Tfl.INIT_SUBGRAPH_INDEX);
        if (call.resources().isFirst(graph)) {
            call.run(graph, List.of());
        }
        return List.of();
    }

    /** VAR_HANDLE: the number of a variable's name. Source: {@code kernels/var_handle.cc}. */
    static Array varHandle(TfliteCall call) {
        int handle = call.resources().handle(call.option(Tfl.CONTAINER) + "/" + call.option(Tfl.SHARED_NAME));
        return Array.ofLongs(call.outType(), new int[0], handle);
    }

    /** READ_VARIABLE. Source: {@code kernels/read_variable.cc}. */
    static Array readVariable(TfliteCall call) {
        int handle = (int) call.in(0).longs()[0];
        return call.resources()
                .find(handle, Array.class)
                .orElseThrow(() -> new IllegalArgumentException("variable " + handle + " was never assigned"));
    }

    /** ASSIGN_VARIABLE. Source: {@code kernels/assign_variable.cc}. */
    static List<Array> assignVariable(TfliteCall call) {
        call.resources().put((int) call.in(0).longs()[0], call.in(1));
        return List.of();
    }
}

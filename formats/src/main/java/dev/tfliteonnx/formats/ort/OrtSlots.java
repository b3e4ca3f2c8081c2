package dev.tfliteonnx.formats.ort;

/**
 * The slots of the tables that an ONNX Runtime model consists of.
 *
 * <p>Source: ONNX Runtime's schema of the format, {@code onnxruntime/core/flatbuffers/schema/ort.fbs}, version 6.
 */
public final class OrtSlots {
    /** The letters at byte 4. */
    public static final String IDENTIFIER = "ORTM";

    /** Slots of the table InferenceSession. */
    public static final class InferenceSession {
        public static final int ORT_VERSION = 0;
        public static final int MODEL = 1;
        public static final int KERNEL_TYPE_STR_RESOLVER = 3;

        private InferenceSession() {}
    }

    /** Slots of the table Model. */
    public static final class Model {
        public static final int IR_VERSION = 0;
        public static final int OPSET_IMPORT = 1;
        public static final int PRODUCER_NAME = 2;
        public static final int PRODUCER_VERSION = 3;
        public static final int DOMAIN = 4;
        public static final int MODEL_VERSION = 5;
        public static final int DOC_STRING = 6;
        public static final int GRAPH = 7;
        public static final int METADATA_PROPS = 9;

        private Model() {}
    }

    /** Of OperatorSetId (domain and version) and StringStringEntry (key and value). */
    public static final class Pair {
        public static final int KEY = 0;
        public static final int VALUE = 1;

        private Pair() {}
    }

    /** Slots of the table Graph. */
    public static final class Graph {
        public static final int INITIALIZERS = 0;
        public static final int NODE_ARGS = 1;
        public static final int NODES = 2;
        public static final int MAX_NODE_INDEX = 3;
        public static final int NODE_EDGES = 4;
        public static final int INPUTS = 5;
        public static final int OUTPUTS = 6;
        public static final int SPARSE_INITIALIZERS = 7;
        public static final int RUNTIME_OPTIMIZATIONS = 8;

        private Graph() {}
    }

    /** Slots of the table RuntimeOptimizations. */
    public static final class RuntimeOptimizations {
        public static final int RECORDS = 0;

        private RuntimeOptimizations() {}
    }

    /** Slots of the table RuntimeOptimizationRecordContainerEntry. */
    public static final class RuntimeOptimizationRecordContainerEntry {
        public static final int OPTIMIZER_NAME = 0;
        public static final int RUNTIME_OPTIMIZATION_RECORDS = 1;

        private RuntimeOptimizationRecordContainerEntry() {}
    }

    /** Slots of the table RuntimeOptimizationRecord. */
    public static final class RuntimeOptimizationRecord {
        public static final int ACTION_ID = 0;
        public static final int NODES_TO_OPTIMIZE_INDICES = 1;
        public static final int PRODUCED_OP_IDS = 3;

        private RuntimeOptimizationRecord() {}
    }

    /** Slots of the table NodesToOptimizeIndices. */
    public static final class NodesToOptimizeIndices {
        public static final int NODE_INDICES = 0;
        public static final int NUM_INPUTS = 1;
        public static final int NUM_OUTPUTS = 2;
        public static final int HAS_VARIADIC_INPUT = 3;
        public static final int HAS_VARIADIC_OUTPUT = 4;
        public static final int NUM_VARIADIC_INPUTS = 5;
        public static final int NUM_VARIADIC_OUTPUTS = 6;

        private NodesToOptimizeIndices() {}
    }

    /** Slots of the table Node. */
    public static final class Node {
        public static final int NAME = 0;
        public static final int DOC_STRING = 1;
        public static final int DOMAIN = 2;
        public static final int SINCE_VERSION = 3;
        public static final int INDEX = 4;
        public static final int OP_TYPE = 5;
        public static final int EXECUTION_PROVIDER_TYPE = 7;
        public static final int INPUTS = 8;
        public static final int OUTPUTS = 9;
        public static final int ATTRIBUTES = 10;
        public static final int INPUT_ARG_COUNTS = 11;
        public static final int IMPLICIT_INPUTS = 12;

        private Node() {}
    }

    /** Slots of the table NodeEdge. */
    public static final class NodeEdge {
        public static final int NODE_INDEX = 0;
        public static final int INPUT_EDGES = 1;
        public static final int OUTPUT_EDGES = 2;

        private NodeEdge() {}
    }

    /** Slots of the table ValueInfo. */
    public static final class ValueInfo {
        public static final int NAME = 0;
        public static final int DOC_STRING = 1;
        public static final int TYPE = 2;

        private ValueInfo() {}
    }

    /** Slots of the table TypeInfo. */
    public static final class TypeInfo {
        public static final int VALUE_TYPE = 1;
        public static final int VALUE = 2;

        public static final int TENSOR_TYPE = 1;
        public static final int SEQUENCE_TYPE = 2;
        public static final int MAP_TYPE = 3;

        private TypeInfo() {}
    }

    /** Slots of the table TensorTypeAndShape. */
    public static final class TensorTypeAndShape {
        public static final int ELEM_TYPE = 0;
        public static final int SHAPE = 1;

        private TensorTypeAndShape() {}
    }

    /** Slots of the table SequenceType. */
    public static final class SequenceType {
        public static final int ELEM_TYPE = 0;

        private SequenceType() {}
    }

    /** Slots of the table MapType. */
    public static final class MapType {
        public static final int KEY_TYPE = 0;
        public static final int VALUE_TYPE = 1;

        private MapType() {}
    }

    /** Slots of the table Shape. */
    public static final class Shape {
        public static final int DIM = 0;

        private Shape() {}
    }

    /** Slots of the table Dimension. */
    public static final class Dimension {
        public static final int VALUE = 0;

        private Dimension() {}
    }

    /** Slots of the table DimensionValue. */
    public static final class DimensionValue {
        public static final int DIM_TYPE = 0;
        public static final int DIM_VALUE = 1;
        public static final int DIM_PARAM = 2;

        public static final int TYPE_VALUE = 1;
        public static final int TYPE_PARAM = 2;

        private DimensionValue() {}
    }

    /** Slots of the table Tensor. */
    public static final class Tensor {
        public static final int NAME = 0;
        public static final int DOC_STRING = 1;
        public static final int DIMS = 2;
        public static final int DATA_TYPE = 3;
        public static final int RAW_DATA = 4;
        public static final int STRING_DATA = 5;
        public static final int EXTERNAL_DATA_OFFSET = 6;

        private Tensor() {}
    }

    /** Slots of the table SparseTensor. */
    public static final class SparseTensor {
        public static final int VALUES = 0;
        public static final int INDICES = 1;
        public static final int DIMS = 2;

        private SparseTensor() {}
    }

    /** Slots of the table Attribute. */
    public static final class Attribute {
        public static final int NAME = 0;
        public static final int DOC_STRING = 1;
        public static final int TYPE = 2;
        public static final int F = 3;
        public static final int I = 4;
        public static final int S = 5;
        public static final int T = 6;
        public static final int G = 7;
        public static final int FLOATS = 8;
        public static final int INTS = 9;
        public static final int STRINGS = 10;
        public static final int TENSORS = 11;
        public static final int GRAPHS = 12;

        public static final int TYPE_FLOAT = 1;
        public static final int TYPE_INT = 2;
        public static final int TYPE_STRING = 3;
        public static final int TYPE_TENSOR = 4;
        public static final int TYPE_GRAPH = 5;
        public static final int TYPE_FLOATS = 6;
        public static final int TYPE_INTS = 7;
        public static final int TYPE_STRINGS = 8;
        public static final int TYPE_TENSORS = 9;
        public static final int TYPE_GRAPHS = 10;

        private Attribute() {}
    }

    /** Slots of the table KernelTypeStrResolver. */
    public static final class KernelTypeStrResolver {
        public static final int OP_KERNEL_TYPE_STR_ARGS = 0;

        private KernelTypeStrResolver() {}
    }

    /** Slots of the table OpIdKernelTypeStrArgsEntry. */
    public static final class OpIdKernelTypeStrArgsEntry {
        public static final int OP_ID = 0;
        public static final int KERNEL_TYPE_STR_ARGS = 1;

        private OpIdKernelTypeStrArgsEntry() {}
    }

    /** Slots of the table KernelTypeStrArgsEntry. */
    public static final class KernelTypeStrArgsEntry {
        public static final int KERNEL_TYPE_STR = 0;
        public static final int ARGS = 1;

        private KernelTypeStrArgsEntry() {}
    }

    /** Slots of the table ArgTypeAndIndex. */
    public static final class ArgTypeAndIndex {
        public static final int ARG_TYPE = 0;
        public static final int INDEX = 1;

        public static final int TYPE_OUTPUT = 1;

        private ArgTypeAndIndex() {}
    }

    private OrtSlots() {}
}

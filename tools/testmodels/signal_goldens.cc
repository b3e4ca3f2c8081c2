// Prints what the audio front end of TFLite Micro computes, as golden numbers for the tests of its operators.
//
//   g++ -O1 -std=c++17 -I TFLM -I KISSFFT signal_goldens.cc TFLM/signal/src/*.cc -o signal_goldens
//   (of TFLM/signal/src/kiss_fft_wrappers too) && ./signal_goldens > signal_goldens.txt
//   ./signal_goldens CONSTANTS > audio_preprocessor.txt
//
// TFLM is a checkout of tflite-micro, KISSFFT one of kissfft v130 with TFLM's kissfft.patch applied. A line is a case:
// the operator, its options, its runs' inputs and outputs; operators that remember are run several times.
// CONSTANTS holds the constant operands of an audio preprocessor, one a line: window, weights, counterweights, first
// bins, first weights, widths, gains.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "signal/src/circular_buffer.h"
#include "signal/src/complex.h"
#include "signal/src/energy.h"
#include "signal/src/fft_auto_scale.h"
#include "signal/src/filter_bank.h"
#include "signal/src/filter_bank_log.h"
#include "signal/src/filter_bank_spectral_subtraction.h"
#include "signal/src/filter_bank_square_root.h"
#include "signal/src/irfft.h"
#include "signal/src/overlap_add.h"
#include "signal/src/pcan_argc_fixed.h"
#include "signal/src/rfft.h"
#include "signal/src/window.h"

using namespace tflite::tflm_signal;
using std::vector;

static uint64_t seed = 88172645463325252ull;
static uint64_t random64() {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed;
}
// numbers of all magnitudes up to so many bits
static uint64_t bits(int most) { return random64() >> (64 - most) >> (random64() % most); }
static int64_t number(int most) {
  int64_t v = bits(most);
  return random64() & 1 ? v : -v;
}

template <typename T>
static void print(const char* name, const vector<T>& values) {
  std::cout << '|' << name << ':';
  for (size_t i = 0; i < values.size(); i++) std::cout << (i ? "," : "") << +values[i];
}
template <typename T>
static vector<T> draw(int n, int most) {
  vector<T> out(n);
  for (T& v : out) v = (T)(std::is_unsigned<T>::value ? (int64_t)bits(most) : number(most));
  return out;
}

static void window() {
  for (int shift : {0, 8, 12, 15}) {
    vector<int16_t> x = draw<int16_t>(36, 16), w = draw<int16_t>(12, 15), y(36);
    x[3] = INT16_MIN, w[3] = 4096;
    for (int i = 0; i < 36; i += 12) ::tflm_signal::ApplyWindow(&x[i], w.data(), 12, shift, &y[i]);
    std::cout << "SignalWindow|shift=" << shift;
    print("i16", x), print("i16", w), print(">i16", y);
    std::cout << '\n';
  }
}

static void auto_scale() {
  for (int most : {1, 3, 8, 12, 14, 15, 15}) {
    vector<int16_t> x(16), y(16);
    for (auto& v : x) v = (int16_t)(number(most) % (1 << most));
    if (most == 1) x.assign(16, 0);
    vector<int32_t> bits = {FftAutoScale(x.data(), 16, y.data())};
    std::cout << "SignalFftAutoScale|";
    print("i16", x), print(">i16", y), print(">i32", bits);
    std::cout << '\n';
  }
}

template <typename T, size_t (*needed)(int32_t), void* (*init)(int32_t, void*, size_t),
          void (*apply)(void*, const T*, Complex<T>*)>
static void rfft(const char* type, int tag, int length, int given, int most) {
  vector<int8_t> state(needed(length) + 64);
  init(length, state.data(), state.size());
  vector<T> x = draw<T>(given, most), padded(length), y(length + 2);
  if (given > 8 && std::is_integral<T>::value) x[5] = std::numeric_limits<T>::min(), x[6] = std::numeric_limits<T>::max();
  std::copy(x.begin(), x.end(), padded.begin());
  apply(state.data(), padded.data(), (Complex<T>*)y.data());
  std::cout << "SignalRfft|T=" << tag << ",fft_length=" << length;
  print(type, x), print((std::string(">") + type).c_str(), y);
  std::cout << '\n';
}

template <typename T, size_t (*needed)(int32_t), void* (*init)(int32_t, void*, size_t),
          void (*apply)(void*, const Complex<T>*, T*)>
static void irfft(const char* type, int tag, int length, int most) {
  vector<int8_t> state(needed(length) + 64);
  init(length, state.data(), state.size());
  vector<T> x = draw<T>(length + 2, most), y(length);
  if (std::is_integral<T>::value) x[3] = std::numeric_limits<T>::min();
  vector<T> copy = x;
  apply(state.data(), (const Complex<T>*)copy.data(), y.data());
  std::cout << "SignalIrfft|T=" << tag << ",fft_length=" << length;
  print(type, x), print((std::string(">") + type).c_str(), y);
  std::cout << '\n';
}

static void spectra() {
  for (int length : {8, 16, 32, 64, 128, 512}) {
    for (int most : {8, 15}) {
      rfft<int16_t, ::tflm_signal::RfftInt16GetNeededMemory, ::tflm_signal::RfftInt16Init,
           ::tflm_signal::RfftInt16Apply>("i16", 7, length, most == 8 ? length : length - 3, most);
      if (length <= 128) irfft<int16_t, IrfftInt16GetNeededMemory, IrfftInt16Init, IrfftInt16Apply>("i16", 7, length, most);
    }
    if (length > 128) continue;
    rfft<int32_t, ::tflm_signal::RfftInt32GetNeededMemory, ::tflm_signal::RfftInt32Init,
         ::tflm_signal::RfftInt32Apply>("i32", 2, length, length, 31);
    irfft<int32_t, IrfftInt32GetNeededMemory, IrfftInt32Init, IrfftInt32Apply>("i32", 2, length, 28);
    if (length > 64) continue;
    rfft<float, ::tflm_signal::RfftFloatGetNeededMemory, ::tflm_signal::RfftFloatInit,
         ::tflm_signal::RfftFloatApply>("f32", 0, length, length - 1, 7);
    irfft<float, IrfftFloatGetNeededMemory, IrfftFloatInit, IrfftFloatApply>("f32", 0, length, 7);
  }
}

static void energy() {
  for (int start : {0, 3}) {
    vector<int16_t> x = draw<int16_t>(34, 15);
    x[10] = x[11] = INT16_MIN;
    vector<uint32_t> y(17, 0);
    int end = start ? 12 : 17;
    SpectrumToEnergy((const Complex<int16_t>*)x.data(), start, end, y.data());
    std::cout << "SignalEnergy|end_index=" << end << ",start_index=" << start;
    print("i16", x), print(">u32", y);
    std::cout << '\n';
  }
}

static void banks() {
  vector<int16_t> widths = {4, 8, 4, 12}, first = {2, 6, 14, 18}, start = {0, 4, 12, 16};
  for (int most : {16, 31, 32}) {
    vector<uint32_t> x = draw<uint32_t>(32, most);
    vector<int16_t> w(28), u(28);
    for (int i = 0; i < 28; i++) w[i] = random64() % 4097, u[i] = 4096 - w[i];
    FilterbankConfig config;
    config.num_channels = 3, config.channel_frequency_starts = first.data();
    config.channel_weight_starts = start.data(), config.channel_widths = widths.data();
    config.weights = w.data(), config.unweights = u.data();
    uint64_t out[4];
    FilterbankAccumulateChannels(&config, x.data(), out);
    std::cout << "SignalFilterBank|num_channels=3";
    print("u32", x), print("i16", w), print("i16", u), print("i16", first), print("i16", start);
    print("i16", widths), print(">u64", vector<uint64_t>(out + 1, out + 4));
    std::cout << '\n';
  }
  for (int shift : {0, 2, 7}) {
    vector<uint64_t> x = draw<uint64_t>(60, 61);
    for (uint64_t v : {0ull, 1ull, 2ull, 3ull, 6ull, 7ull, 0xfffe0001ull, 0xfffeffffull, 0xffffffffull, 0x100000000ull,
                       0x100010000ull, 1ull << 52, (1ull << 60) + 1})
      x.push_back(v);
    vector<uint32_t> y(x.size());
    FilterbankSqrt(x.data(), (int)x.size(), shift, y.data());
    std::cout << "SignalFilterBankSquareRoot|";
    print("u64", x), print("i32", vector<int32_t>{shift}), print(">u32", y);
    std::cout << '\n';
  }
}

static void subtraction() {
  for (int clamping : {0, 1}) {
    SpectralSubtractionConfig c;
    c.num_channels = 6, c.smoothing = 409, c.one_minus_smoothing = 15975, c.alternate_smoothing = 983;
    c.alternate_one_minus_smoothing = 15401, c.smoothing_bits = 10, c.spectral_subtraction_bits = 14;
    c.min_signal_remaining = 819, c.clamping = clamping;
    vector<uint32_t> noise(6, 0);
    std::cout << "SignalFilterBankSpectralSubtraction|alternate_one_minus_smoothing=15401,alternate_smoothing=983,clamping="
              << clamping << ",min_signal_remaining=819,num_channels=6,one_minus_smoothing=15975,smoothing=409,"
              << "smoothing_bits=10,spectral_subtraction_bits=14";
    for (int run = 0; run < 5; run++) {
      vector<uint32_t> x = draw<uint32_t>(6, run == 4 ? 30 : 18), y(6);
      FilterbankSpectralSubtraction(&c, x.data(), y.data(), noise.data());
      print("u32", x), print(">u32", y), print(">u32", noise);
    }
    std::cout << '\n';
  }
}

static void gains_and_logs() {
  vector<int16_t> lut(125);
  for (auto& v : lut) v = (int16_t)(random64() % 9000) - 2000;
  for (size_t i = 0; i < lut.size(); i += 4) lut[i] = 4000 + random64() % 20000;  // gains stay positive
  lut[1] = 3000, lut[2] = 2500;
  for (int shift : {0, 6, 12}) {
    vector<uint32_t> x = draw<uint32_t>(40, 24), noise = draw<uint32_t>(40, 32), y = x;
    for (int i = 0; i < 5; i++) noise[i] = i;
    noise[5] = 0xffffffff;
    for (int i = 0; i < 40; i++) {
      if (WideDynamicFunction(noise[i], lut.data()) < 0) noise[i] = i % 3;
    }
    ApplyPcanAutoGainControlFixed(lut.data(), shift, noise.data(), y.data(), 40);
    std::cout << "SignalPCAN|snr_shift=" << shift;
    print("u32", x), print("u32", noise), print("i16", lut), print(">u32", y);
    std::cout << '\n';
  }
  for (int correction : {0, 3, 8}) {
    vector<uint32_t> x = draw<uint32_t>(60, 32);
    for (uint32_t v : {0u, 1u, 2u, 3u, 4u, 65535u, 65536u, 0xffffffffu}) x.push_back(v);
    vector<int16_t> y(x.size());
    int scale = correction == 8 ? 1600 : 64;
    FilterbankLog(x.data(), (int)x.size(), scale, correction, y.data());
    std::cout << "SignalFilterBankLog|input_correction_bits=" << correction << ",output_scale=" << scale;
    print("u32", x), print(">i16", y);
    std::cout << '\n';
  }
}

// what framer.cc, delay.cc and stacker.cc do with circular buffers
struct Ring {
  vector<int8_t> memory;
  CircularBuffer* buffer;
  explicit Ring(size_t capacity) : memory(CircularBufferGetNeededMemory(capacity)) {
    buffer = CircularBufferInit(capacity, memory.data(), memory.size());
  }
};

static void framer() {
  struct Case { int size, step, frames, prefill; };
  for (Case c : {Case{6, 4, 2, 1}, {6, 4, 1, 0}, {8, 4, 2, 0}, {5, 5, 1, 0}, {10, 3, 3, 0}, {10, 3, 3, 1}}) {
    Ring ring((c.size + c.step - 1) / c.step * c.step);
    if (c.prefill) CircularBufferWriteZeros(ring.buffer, c.size - c.step);
    std::cout << "SignalFramer|frame_size=" << c.size << ",frame_step=" << c.step << ",prefill=" << c.prefill;
    for (int run = 0; run < 5; run++) {
      vector<int16_t> x = draw<int16_t>(c.step * c.frames, 15), y(c.size * c.frames, 0);
      bool valid = true;
      for (int f = 0; f < c.frames; f++) {
        CircularBufferWrite(ring.buffer, &x[f * c.step], c.step);
        if (CircularBufferAvailable(ring.buffer) >= (size_t)c.size) {
          CircularBufferGet(ring.buffer, c.size, &y[f * c.size]);
          CircularBufferDiscard(ring.buffer, c.step);
        } else {
          valid = false;
        }
      }
      print("i16", x), print(valid ? ">i16" : ">?i16", y), print(">b", vector<int>{valid});
    }
    std::cout << '\n';
  }
}

static void delay() {
  for (int length : {0, 3, 7}) {
    Ring ring(5 + length);
    CircularBufferWriteZeros(ring.buffer, length);
    std::cout << "SignalDelay|delay_length=" << length;
    for (int run = 0; run < 4; run++) {
      vector<int16_t> x = draw<int16_t>(5, 15), y(5);
      CircularBufferWrite(ring.buffer, x.data(), 5);
      CircularBufferGet(ring.buffer, 5, y.data());
      CircularBufferDiscard(ring.buffer, 5);
      print("i16", x), print(">i16", y);
    }
    std::cout << '\n';
  }
}

template <typename T>
static void overlap_add(const char* type, int tag) {
  for (int step : {2, 3, 6}) {
    vector<T> buffer(6, 0);
    std::cout << "SignalOverlapAdd|T=" << tag << ",frame_step=" << step;
    for (int run = 0; run < 3; run++) {
      vector<T> x = draw<T>(4 * 6, 15), y(4 * step);
      for (int f = 0; f < 4; f++) ::tflm_signal::OverlapAdd(&x[f * 6], buffer.data(), 6, &y[f * step], step);
      print(type, x), print((std::string(">") + type).c_str(), y);
    }
    std::cout << '\n';
  }
}

static void stacker() {
  struct Case { int left, right, step; };
  for (Case c : {Case{1, 1, 2}, {0, 2, 1}, {2, 0, 3}, {3, 1, 1}}) {
    size_t size = 2 * (c.left + c.right + 1);
    Ring ring(size);
    std::cout << "SignalStacker|num_channels=2,stacker_left_context=" << c.left
              << ",stacker_right_context=" << c.right << ",stacker_step=" << c.step;
    for (int run = 0; run < 7; run++) {
      vector<int16_t> x = draw<int16_t>(2, 15), y(size, 0);
      CircularBufferWrite(ring.buffer, x.data(), 2);
      if (run == 0) CircularBufferExtend(ring.buffer, 2, c.left);
      bool valid = CircularBufferAvailable(ring.buffer) >= size;
      if (valid) {
        CircularBufferGet(ring.buffer, size, y.data());
        CircularBufferDiscard(ring.buffer, 2 * c.step);
      }
      print("i16", x), print(valid ? ">i16" : ">?i16", y), print(">b", vector<int>{valid});
    }
    std::cout << '\n';
  }
}

// the whole chain of audio_preprocessor_int8: frames of a tone that rises and fades, and what comes of each
static void preprocessor(const char* file) {
  vector<vector<int16_t>> constants;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    constants.emplace_back();
    for (int v; words >> v;) constants.back().push_back((int16_t)v);
  }
  vector<int8_t> state(::tflm_signal::RfftInt16GetNeededMemory(512));
  ::tflm_signal::RfftInt16Init(512, state.data(), state.size());
  FilterbankConfig bank;
  bank.num_channels = 40, bank.weights = constants[1].data(), bank.unweights = constants[2].data();
  bank.channel_frequency_starts = constants[3].data(), bank.channel_weight_starts = constants[4].data();
  bank.channel_widths = constants[5].data();
  SpectralSubtractionConfig c;
  c.num_channels = 40, c.smoothing = 409, c.one_minus_smoothing = 15975, c.alternate_smoothing = 983;
  c.alternate_one_minus_smoothing = 15401, c.smoothing_bits = 10, c.spectral_subtraction_bits = 14;
  c.min_signal_remaining = 819, c.clamping = false;
  vector<uint32_t> noise(40, 0);
  for (int frame = 0; frame < 12; frame++) {
    // an integer oscillator, so that every machine hears the same
    vector<int16_t> x(480), windowed(480), scaled(512, 0), spectrum(514);
    for (int i = 0; i < 480; i++) {
      int phase = ((i + 320 * frame) * (40 + 25 * frame)) % 2048;
      int wave = phase < 1024 ? phase - 512 : 1536 - phase;
      x[i] = (int16_t)(wave * (60 - 5 * frame) + number(9));
    }
    ::tflm_signal::ApplyWindow(x.data(), constants[0].data(), 480, 12, windowed.data());
    int bits = FftAutoScale(windowed.data(), 480, scaled.data());
    ::tflm_signal::RfftInt16Apply(state.data(), scaled.data(), (Complex<int16_t>*)spectrum.data());
    vector<uint32_t> energies(257, 0), roots(40), clean(40);
    SpectrumToEnergy((const Complex<int16_t>*)spectrum.data(), 5, 241, energies.data());
    vector<uint64_t> channels(41);
    FilterbankAccumulateChannels(&bank, energies.data(), channels.data());
    FilterbankSqrt(channels.data() + 1, 40, bits, roots.data());
    FilterbankSpectralSubtraction(&c, roots.data(), clean.data(), noise.data());
    ApplyPcanAutoGainControlFixed(constants[6].data(), 6, noise.data(), clean.data(), 40);
    vector<int16_t> logs(40);
    FilterbankLog(clean.data(), 40, 64, 3, logs.data());
    std::cout << "frame";
    print("i16", x), print(">i16", logs);
    std::cout << '\n';
  }
}

int main(int argc, char** argv) {
  if (argc > 1) {
    preprocessor(argv[1]);
    return 0;
  }
  window(), auto_scale(), spectra(), energy(), banks(), subtraction(), gains_and_logs();
  framer(), delay(), overlap_add<int16_t>("i16", 7), overlap_add<float>("f32", 0), stacker();
}

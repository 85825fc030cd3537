// A program that was built for one processor ends on a lesser one with a sentence, not with an illegal
// instruction: homes on shared disks and images of containers move. Runs before any other code of the program,
// and is itself built for every processor. What the program needs comes as ABLE_ macros from the makefile.
#if defined(__x86_64__)

#include <unistd.h>

#include <cstring>

namespace {

void need(bool there, const char* what) {
  if (there)
    return;
  const char* parts[] = {"This program was compiled for a processor with ", what,
                         ", which this one has not: compile it again here (remove it first), or build "
                         "programs for every processor with STAN_NATIVE=false in make/local.\n"};
  for (const char* part : parts)
    if (write(2, part, std::strlen(part)) < 0)
      break;
  _exit(70);
}

__attribute__((constructor(101))) void look() {
  __builtin_cpu_init();
#ifdef ABLE_AVX512F
  need(__builtin_cpu_supports("avx512f"), "AVX512F");
#endif
#ifdef ABLE_AVX512VL
  need(__builtin_cpu_supports("avx512vl"), "AVX512VL");
#endif
#ifdef ABLE_AVX512BW
  need(__builtin_cpu_supports("avx512bw"), "AVX512BW");
#endif
#ifdef ABLE_AVX512DQ
  need(__builtin_cpu_supports("avx512dq"), "AVX512DQ");
#endif
#ifdef ABLE_AVX512CD
  need(__builtin_cpu_supports("avx512cd"), "AVX512CD");
#endif
#ifdef ABLE_AVX512VBMI
  need(__builtin_cpu_supports("avx512vbmi"), "AVX512VBMI");
#endif
#ifdef ABLE_AVX512IFMA
  need(__builtin_cpu_supports("avx512ifma"), "AVX512IFMA");
#endif
#ifdef ABLE_AVX512VBMI2
  need(__builtin_cpu_supports("avx512vbmi2"), "AVX512VBMI2");
#endif
#ifdef ABLE_AVX512VNNI
  need(__builtin_cpu_supports("avx512vnni"), "AVX512VNNI");
#endif
#ifdef ABLE_AVX512BITALG
  need(__builtin_cpu_supports("avx512bitalg"), "AVX512BITALG");
#endif
#ifdef ABLE_AVX512VPOPCNTDQ
  need(__builtin_cpu_supports("avx512vpopcntdq"), "AVX512VPOPCNTDQ");
#endif
#ifdef ABLE_GFNI
  need(__builtin_cpu_supports("gfni"), "GFNI");
#endif
#ifdef ABLE_AVX2
  need(__builtin_cpu_supports("avx2"), "AVX2");
#endif
#ifdef ABLE_FMA
  need(__builtin_cpu_supports("fma"), "FMA");
#endif
#ifdef ABLE_AVX
  need(__builtin_cpu_supports("avx"), "AVX");
#endif
#ifdef ABLE_BMI2
  need(__builtin_cpu_supports("bmi2"), "BMI2");
#endif
#ifdef ABLE_BMI
  need(__builtin_cpu_supports("bmi"), "BMI");
#endif
#ifdef ABLE_SSE4_2
  need(__builtin_cpu_supports("sse4.2"), "SSE4.2");
#endif
#ifdef ABLE_POPCNT
  need(__builtin_cpu_supports("popcnt"), "POPCNT");
#endif
}

}  // namespace

#endif

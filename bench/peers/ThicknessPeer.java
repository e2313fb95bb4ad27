// SPDX-License-Identifier: Apache-2.0
// Runs what BoneJ 2's command "Thickness" runs (LocalThicknessWrapper, masked, calibrated) on a raw mask of bytes
// (255 bone, 0 marrow) and prints mean, SD and maximum as BoneJ's table does, the seconds of each phase, and the seconds
// of processor time that the program took for it.
import com.sun.management.OperatingSystemMXBean;
import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.Calibration;
import ij.process.StackStatistics;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Locale;
import sc.fiji.localThickness.LocalThicknessWrapper;

public class ThicknessPeer {
	public static void main(final String[] arguments) throws Exception {
		final int w = Integer.parseInt(arguments[1]);
		final int h = Integer.parseInt(arguments[2]);
		final int d = Integer.parseInt(arguments[3]);
		final double voxel = Double.parseDouble(arguments[4]);
		final ImageStack stack = new ImageStack(w, h);
		try (final var in = Files.newInputStream(Paths.get(arguments[0]))) {
			for (int k = 0; k < d; k++) stack.addSlice(null, in.readNBytes(w * h));
		}
		final ImagePlus image = new ImagePlus("mask", stack);
		final Calibration calibration = image.getCalibration();
		calibration.pixelWidth = calibration.pixelHeight = calibration.pixelDepth = voxel;
		calibration.setUnit("mm");
		final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		for (final boolean bone : new boolean[] { true, false }) {
			if (arguments.length > 5 && !arguments[5].equals(bone ? "Tb.Th" : "Tb.Sp")) continue;
			final LocalThicknessWrapper thickness = new LocalThicknessWrapper();
			thickness.setSilence(true);
			thickness.setShowOptions(false);
			thickness.maskThicknessMap = true;
			thickness.calibratePixels = true;
			thickness.inverse = !bone;
			final long start = System.nanoTime(), processor = system.getProcessCpuTime();
			final ImagePlus map = thickness.processImage(image);
			final double seconds = (System.nanoTime() - start) * 1e-9;
			final double processorSeconds = (system.getProcessCpuTime() - processor) * 1e-9;
			final StackStatistics statistics = new StackStatistics(map);
			System.out.printf(Locale.ROOT, "%s\tmean\t%.9g\tsd\t%.9g\tmax\t%.9g\tseconds\t%.3f\tprocessor\t%.3f%n",
				bone ? "Tb.Th" : "Tb.Sp", statistics.mean, statistics.stdDev, statistics.max, seconds, processorSeconds);
		}
	}
}

/** CSV files read strictly and written whole; start at {@link sh.flext.examples.csv.CsvTable} and {@link sh.flext.examples.csv.WholeCsv}. */
@NullMarked
package sh.flext.examples.csv;

import org.jspecify.annotations.NullMarked;
